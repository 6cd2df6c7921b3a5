/** The request in hand: its safety card first, then the number for a minute, what to say, and how it went (Call 4). */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { OpenCallView, Outcome } from "../../../chat/browser/core/callback-view.ts";
import { CallCard } from "../../../chat/browser/ui/call-card.tsx";
import { clock, t } from "../../../chat/browser/ui/catalogue.ts";
import { readNumber, spaced } from "../../../chat/browser/ui/phone.ts";
import { languageName } from "../views/formats.ts";
import type { CallCommands } from "./calls.ts";
import { Notes, WriteNote } from "./notes.tsx";
import { Script } from "./script.tsx";

const OUTCOMES: readonly Outcome[] = ["reached", "not-free", "no-answer", "someone-else", "wrong-number"];

interface OpenCallProps {
  open: OpenCallView;
  busy: boolean;
  commands: CallCommands;
}

export function OpenCall(props: OpenCallProps) {
  const { open, busy, commands } = props;
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.focus(), [open.state]);
  return (
    <article ref={place} class="open-call" tabIndex={-1} aria-label={t("staff.callbacks.inHand")}>
      {open.state === "open" ? (
        <InHand {...props} />
      ) : (
        <>
          <p role="alert" class="alarm">
            {t(`staff.callbacks.closed.${open.state}`)}
          </p>
          {open.state === "over" && open.outcome && <p>{t(`staff.callbacks.next.${open.outcome}`)}</p>}
          <div class="call-buttons">
            {open.state === "changed" && (
              <Button words="take" primary busy={busy} onPress={() => commands.keep()} />
            )}
            {open.state === "over" ? (
              <Button words="done" primary busy={busy} onPress={() => commands.done()} />
            ) : (
              <Button words="close" busy={busy} onPress={() => commands.release()} />
            )}
          </div>
        </>
      )}
    </article>
  );
}

function InHand({ open, busy, commands }: OpenCallProps) {
  // Read anew with each version: the view of another is another.
  const [read, confirm] = useState<OpenCallView["card"]>(null);
  const { card } = open;
  if (!card) return null;
  const confirmed = read === card || open.number !== null;
  return (
    <>
      <p class="quiet">{t("staff.callbacks.until", { until: clock(open.until) })}</p>
      <h3>{t("staff.callbacks.card")}</h3>
      <CallCard
        card={card}
        nameOf={languageName}
        entrance={card.entrance && t(`staff.entrance.${card.entrance}`)}
      />
      <Notes notes={open.notes} />
      <label class="call-read">
        <input
          type="checkbox"
          checked={confirmed}
          onChange={(event) => confirm(event.currentTarget.checked ? card : null)}
        />
        {t("staff.callbacks.read")}
      </label>
      <PhoneNumber open={open} confirmed={confirmed} busy={busy} commands={commands} />
      <Script card={card} />
      <h3>{t("staff.callbacks.how")}</h3>
      <div class="call-buttons">
        {OUTCOMES.map((outcome) => (
          <Button
            key={outcome}
            words={`outcome.${outcome}`}
            busy={busy}
            onPress={() => commands.outcome(outcome)}
          />
        ))}
      </div>
      <WriteNote
        label={t("staff.callbacks.note")}
        busy={busy}
        onKeep={(text) => commands.note(text, false)}
      />
      <div class="call-buttons">
        <Button words="keep" busy={busy} onPress={() => commands.keep()} />
        <Button words="release" busy={busy} onPress={() => commands.release()} />
      </div>
    </>
  );
}

interface NumberProps extends OpenCallProps {
  confirmed: boolean;
}

/** A minute on the screen; one that our rules refuse is said to be so. */
function PhoneNumber({ open, confirmed, busy, commands }: NumberProps) {
  const reason = useId();
  const { number } = open;
  if (number === null) {
    return (
      <div>
        <button
          type="button"
          class="button primary wide"
          aria-disabled={!confirmed || busy}
          aria-describedby={reason}
          onClick={() => confirmed && !busy && commands.showNumber()}
        >
          {t("staff.callbacks.show")}
        </button>
        <p id={reason} class="quiet">
          {t(confirmed ? "staff.callbacks.showReady" : "staff.callbacks.readFirst")}
        </p>
      </div>
    );
  }
  return (
    <div class="call-number" role="status">
      <a href={`tel:${number}`} dir="ltr">
        {spaced(number)}
      </a>
      <p class="quiet">{t("staff.callbacks.minute")}</p>
      {"fault" in readNumber(number) && <p class="alarm">{t("staff.callbacks.odd")}</p>}
      <Button words="hide" busy={false} onPress={() => commands.hideNumber()} />
    </div>
  );
}

interface ButtonProps {
  words: string;
  primary?: boolean;
  busy: boolean;
  onPress(): void;
}

function Button({ words, primary, busy, onPress }: ButtonProps) {
  return (
    <button
      type="button"
      class={primary ? "button primary" : "button"}
      aria-disabled={busy}
      onClick={() => !busy && onPress()}
    >
      {t(`staff.callbacks.${words}`)}
    </button>
  );
}
