/** What a visitor asked for in wanting to be called, in the same words for the visitor before it is sent and for whoever calls (Call 1, 4). */

import type { CardView } from "../core/callback-view.ts";
import { has, t } from "./catalogue.ts";
import { span } from "./spans.ts";

interface CallCardProps {
  card: CardView;
  /** As the reader's language names it. */
  nameOf(tag: string): string;
  /** What the entrance is called; empty: none was chosen. */
  entrance: string;
}

/** First what could put the visitor in danger, then the rest. */
export function CallCard({ card, nameOf, entrance }: CallCardProps) {
  const yesOrNo = (said: boolean) => t(said ? "callback.card.yes" : "callback.card.no");
  const rows: readonly (readonly [string, string])[] = [
    ["who.label", card.who],
    ["answer.label", answerWords(card)],
    ["word.label", card.word],
    ["notFree.label", card.notFree],
    ["messages.text", yesOrNo(card.text)],
    ["messages.voicemail", yesOrNo(card.voicemail)],
    ["when.group", [...card.windows.map((window) => span(window, card.zone)), card.zone].join("\n")],
    ["caller.language", nameOf(card.language)],
    ["caller.label", card.caller && t(`callback.caller.${card.caller}`)],
  ];
  return (
    <>
      {entrance && <p class="quiet">{entrance}</p>}
      <dl class="call-card">
        {rows.map(([name, said]) => (
          <div key={name}>
            <dt>{t(`callback.${name}`)}</dt>
            <dd dir="auto" class={said ? "" : "quiet"}>
              {said || t("callback.card.nothing")}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** What to do where somebody else answers. */
export function answerWords({ answer, cover, own }: CardView): string {
  if (answer === "") return "";
  if (answer !== "cover") return t(`callback.answer.${answer}`);
  const key = `callback.cover.${cover}`;
  return own || (has(key) ? t(key) : cover);
}
