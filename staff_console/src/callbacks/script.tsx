/** What to say, in the order in which it comes: nothing of who we are before the word was said. */

import type { CardView } from "../../../chat/browser/core/callback-view.ts";
import { answerWords } from "../../../chat/browser/ui/call-card.tsx";
import { t } from "../../../chat/browser/ui/catalogue.ts";

export function Script({ card }: { card: CardView }) {
  const told = answerWords(card);
  return (
    <>
      <h3>{t("staff.callbacks.script.heading")}</h3>
      <ol class="call-script">
        <li>{t("staff.callbacks.script.greeting")}</li>
        <li>{card.word ? <Told words="word" said={card.word} /> : t("staff.callbacks.script.noWord")}</li>
        {card.notFree && (
          <li>
            <Told words="notFree" said={card.notFree} />
          </li>
        )}
        <li>{t("staff.callbacks.script.free")}</li>
        <li>{told ? <Told words="someone" said={told} /> : t("staff.callbacks.script.someoneAny")}</li>
        {card.who && (
          <li>
            <Told words="who" said={card.who} />
          </li>
        )}
        <li>
          {t(card.voicemail ? "staff.callbacks.script.voicemail" : "staff.callbacks.script.noVoicemail")}
        </li>
        <li>{t(card.text ? "staff.callbacks.script.text" : "staff.callbacks.script.noText")}</li>
      </ol>
    </>
  );
}

/** A sentence of ours, and the visitor's own words apart from it. */
function Told({ words, said }: { words: string; said: string }) {
  return (
    <>
      {t(`staff.callbacks.script.${words}`)} <q dir="auto">{said}</q>
    </>
  );
}
