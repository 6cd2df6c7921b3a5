/**
 * Getting a code to come back by (R1, Talk 2): what it is good for and what it risks, before there is one; then its words,
 * once. They stand here and nowhere else, and no longer than somebody looks.
 */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { language, t } from "../../../chat/browser/ui/catalogue.ts";
import { Dialog } from "../../../chat/browser/ui/dialog.tsx";
import { Said } from "../views/said.tsx";
import { type Code, DIGIT_LIST } from "./code.ts";
import type { Told, Verbs } from "./verbs.ts";

/** As texts do (Trace 6). */
const UNSEEN_MS = 3 * 60_000;
/** Words of two languages, and digits for everybody else. */
const KINDS: readonly string[] = ["sv-1", "en-1", DIGIT_LIST];
const POINTS = ["what", "time", "risk", "leave"];

interface GetCodeProps {
  verbs: Verbs;
  /** There is a code already. */
  had: boolean;
  onClose(): void;
}

export function GetCode({ verbs, had, onClose }: GetCodeProps) {
  const [kind, choose] = useState(usual);
  const [code, show] = useState<Code | null>(null);
  const [making, make] = useState(false);
  const [wrong, say] = useState<Told | null>(null);
  useUnseen(onClose);
  // What takes the focus is not at the top, and what it is about is.
  useLayoutEffect(() => document.querySelector("dialog")?.scrollTo(0, 0), [code]);
  const press = async () => {
    if (making) return;
    make(true);
    say(null);
    await verbs.make(kind).then(show, say);
    make(false);
  };
  // A code that is made and never shown would keep the conversation for nobody.
  const close = () => making || onClose();
  return (
    <Dialog heading={t("returning.get.heading")} describedBy="code-words" modal={false} onClose={close}>
      {code ? <Shown code={code} /> : <Explained kind={kind} had={had} onChoose={choose} />}
      {wrong && <Alarm error={wrong.view} section="returning" />}
      <p role="status">{making && t("returning.get.making")}</p>
      <div class="dialog-answers">
        {!code && (
          <button type="button" class="button primary" aria-disabled={making} onClick={() => void press()}>
            {t("returning.get.button")}
          </button>
        )}
        <button type="button" class="button" aria-disabled={making} onClick={close}>
          {t(code ? "returning.get.done" : "returning.get.no")}
        </button>
      </div>
    </Dialog>
  );
}

interface ExplainedProps {
  kind: string;
  /** There is a code already. */
  had: boolean;
  onChoose(kind: string): void;
}

function Explained({ kind, had, onChoose }: ExplainedProps) {
  return (
    <div class="returning">
      <ul id="code-words" class="points" tabIndex={-1} autofocus>
        {POINTS.map((point) => (
          <li key={point}>
            <Said at={[`returning.get.${point}`]} />
          </li>
        ))}
        {had && <li>{t("returning.get.again")}</li>}
      </ul>
      <fieldset class="returning-kinds">
        <legend>{t("returning.get.kinds")}</legend>
        {KINDS.map((one) => (
          <label key={one}>
            <input type="radio" name="kind" checked={kind === one} onChange={() => onChoose(one)} />
            {t(`returning.get.kind.${one}`)}
          </label>
        ))}
      </fieldset>
    </div>
  );
}

function Shown({ code: { version, words } }: { code: Code }) {
  const list = useRef<HTMLOListElement>(null);
  useLayoutEffect(() => list.current?.focus({ preventScroll: true }), []);
  return (
    <div class="returning">
      <p id="code-words">
        <Said at={["returning.get.once"]} />
      </p>
      <ol
        ref={list}
        class="code"
        tabIndex={-1}
        aria-label={t("returning.get.yours")}
        dir="ltr"
        lang={version.startsWith("digits") ? undefined : version.slice(0, 2)}
      >
        {words.map((word, at) => (
          <li key={at}>{word}</li>
        ))}
      </ol>
      <p>{t("returning.get.use")}</p>
      <p>
        <Said at={["returning.get.word"]} />
      </p>
    </div>
  );
}

/** Nobody has looked for a while, by the clock on waking too. */
function useUnseen(forget: () => void): void {
  const latest = useRef(forget);
  latest.current = forget;
  useEffect(() => {
    let since = 0;
    const due = () => since > 0 && Math.abs(Date.now() - since) >= UNSEEN_MS && latest.current();
    const look = () => {
      due();
      since = document.hidden ? Date.now() : 0;
    };
    const timer = setInterval(due, 5_000);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
}

function usual(): string {
  const { tag = "" } = language.value ?? {};
  return KINDS.find((kind) => kind.startsWith(tag.slice(0, 2))) ?? DIGIT_LIST;
}
