/** *Ask us to call you*, whatever of it is on the screen now. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Alarm } from "../../../../chat/browser/ui/alarm.tsx";
import { language, t } from "../../../../chat/browser/ui/catalogue.ts";
import { Heading } from "../../views/heading.tsx";
import { Numbers } from "../../views/numbers.tsx";
import type { Form } from "../form.ts";
import { fetchWords, haveWords } from "../words.ts";
import { Code } from "./code.tsx";
import { Changed, Sending, Sent } from "./outcome.tsx";
import { Preview } from "./preview.tsx";
import { Question } from "./question.tsx";
import { Answer, Caller, Messages, PhoneNumber, Who, Word } from "./questions.tsx";
import { When } from "./when.tsx";

/** A question with one field is headed by its label. */
const HEADINGS = {
  number: "number.label",
  when: "when.group",
  who: "who.label",
  answer: "answer.label",
  word: "word.label",
  notFree: "notFree.label",
  messages: "messages.heading",
  caller: "caller.heading",
  preview: "preview.heading",
} as const;

interface CallScreenProps {
  form: Form;
  origin: string;
  /** Somebody has opened the chat meanwhile. */
  answered: boolean;
  onClose(): void;
}

export function CallScreen(props: CallScreenProps) {
  const { form, answered, onClose } = props;
  const missing = useWords(props.origin);
  useFocusThatFollows(form);
  // Nobody looks, or the words of another language are on their way.
  if (form.hidden.value) return <main class="screen" />;
  if (!haveWords()) return <main class="screen">{missing}</main>;
  return (
    <main class="screen">
      {answered && (
        <div role="status" class="notice answered">
          <p>{t("callback.answered")}</p>
          <button type="button" class="button" onClick={onClose}>
            {t("callback.toChat")}
          </button>
        </div>
      )}
      <Screen {...props} />
    </main>
  );
}

/** Each new question is read from its beginning; the page of the code begins with the way out, like every page. */
function useFocusThatFollows(form: Form): void {
  const here = `${form.phase.value} ${form.step.value}`;
  const before = useRef(form.phase.value === "code" ? here : "");
  useEffect(() => {
    if (before.current !== here) document.querySelector("h1")?.focus();
    before.current = here;
  }, [here]);
}

function useWords(origin: string) {
  const [failed, fail] = useState(false);
  const { tag } = language.value ?? {};
  const fetchThem = () => {
    fail(false);
    if (!haveWords()) fetchWords(origin).catch(() => fail(true));
  };
  // Also where the language that is on the screen was chosen once more, and its words came without these.
  useEffect(fetchThem, [tag, haveWords()]);
  return failed ? (
    <div role="alert" class="alarm">
      <p>{t("visitor.missing")}</p>
      <button type="button" class="button" onClick={fetchThem}>
        {t("visitor.closed.button")}
      </button>
    </div>
  ) : (
    <p role="status">{t("visitor.waiting.connecting")}</p>
  );
}

function Screen({ form, origin, onClose }: CallScreenProps) {
  switch (form.phase.value) {
    case "opening":
      return <Opening form={form} onClose={onClose} />;
    case "asking":
      return <Asking form={form} onClose={onClose} />;
    case "sending":
      return <Sending form={form} onClose={onClose} />;
    case "sent":
      return <Sent form={form} origin={origin} onClose={onClose} />;
    case "changed":
      return <Changed onClose={onClose} />;
    default:
      return <Code form={form} onClose={onClose} />;
  }
}

/** When somebody can call is not known yet, or nobody can. */
function Opening({ form, onClose }: { form: Form; onClose(): void }) {
  const alarm = form.alarm.value;
  return (
    <>
      <Heading>{t("visitor.call")}</Heading>
      {!alarm && <p role="status">{t("visitor.waiting.connecting")}</p>}
      {alarm && (
        <>
          <Alarm error={alarm} section="callback" />
          <div class="actions">
            <button type="button" class="button primary" onClick={() => void form.open()}>
              {t("visitor.closed.button")}
            </button>
            <button type="button" class="button" onClick={onClose}>
              {t("callback.back")}
            </button>
          </div>
          <section class="card">
            <h2>{t("visitor.numbers.heading")}</h2>
            <Numbers />
          </section>
        </>
      )}
    </>
  );
}

function Asking({ form, onClose }: { form: Form; onClose(): void }) {
  const spoken = language.value?.tag ?? "sv";
  const { question } = form;
  const last = question === "preview";
  return (
    <Question
      key={question}
      form={form}
      heading={t(`callback.${HEADINGS[question]}`)}
      onClose={onClose}
      {...(last ? { send: () => void form.send(spoken) } : {})}
    >
      {question === "number" && <PhoneNumber form={form} />}
      {question === "when" && <When form={form} />}
      {question === "who" && <Who form={form} />}
      {question === "answer" && <Answer form={form} />}
      {(question === "word" || question === "notFree") && <Word form={form} name={question} />}
      {question === "messages" && <Messages form={form} />}
      {question === "caller" && <Caller form={form} spoken={spoken} />}
      {last && <Preview form={form} spoken={spoken} />}
    </Question>
  );
}
