/**
 * Somebody asks to come in (E6), or nobody is there any more (E8): a question that stands on the screen and takes nothing away.
 * It takes no focus, since a key that was meant for the text must answer nothing, and it covers no way out (Leave 1).
 */

import { useEffect, useId, useState } from "preact/hooks";
import type { Answer, QuestionView } from "../../../chat/browser/core/view.ts";
import { clock, t } from "../../../chat/browser/ui/catalogue.ts";
import { say } from "../part-words.ts";
import type { JoiningProps } from "../session.ts";

/** A page that is loaded again, or a short hole in the network, is no loss. */
const LOST_MS = 6_000;

export function Joining({ view, alone, answer, callAnother, onDone }: JoiningProps) {
  const [question] = useStanding(view.questions);
  const lost = useLonger(alone && !question, LOST_MS);
  const { away } = view;
  const gone = useLonger(away !== null && !question, LOST_MS);
  const asks = question && words(question, "asks");
  return (
    <>
      <p role="status" class="visually-hidden">
        {asks}
      </p>
      {question && (
        <Question
          key={question.id}
          question={question}
          onAnswer={(given) => {
            answer(question.id, given);
            onDone();
          }}
        />
      )}
      {view.late && (
        <p role="alert" class="joining">
          {say("over")}
        </p>
      )}
      {gone && away && (
        <p role="status" class="joining">
          {say("away", { name: away.pseudonym, time: clock(away.since) })}
        </p>
      )}
      {lost && <Lost calling={view.calling} onCall={callAnother} />}
    </>
  );
}

function Question({ question, onAnswer }: { question: QuestionView; onAnswer(answer: Answer): void }) {
  const [heading, description] = [useId(), useId()];
  const again = question.purpose === "rejoin";
  const answers: Answer[] = again ? ["all", "no"] : ["all", "no", "from-now"];
  return (
    <section
      role="dialog"
      aria-labelledby={heading}
      aria-describedby={description}
      class="joining"
      tabIndex={-1}
    >
      <h2 id={heading}>{words(question, "asks")}</h2>
      <div id={description}>
        <p>{words(question, question.purpose)}</p>
        <p>{say("stays")}</p>
      </div>
      <div class="dialog-answers">
        {answers.map((answer) => (
          <button key={answer} type="button" class="button" onClick={() => onAnswer(answer)}>
            {say(answer)}
          </button>
        ))}
      </div>
    </section>
  );
}

function Lost({ calling, onCall }: { calling: boolean; onCall(): void }) {
  return (
    <section class="joining" role="status">
      <p>{say("lost")}</p>
      {calling ? (
        <p>{say("calling")}</p>
      ) : (
        <div class="dialog-answers">
          <button type="button" class="button" onClick={onCall}>
            {say("call")}
          </button>
        </div>
      )}
    </section>
  );
}

function words({ pseudonym: name, role, by }: QuestionView, key: string): string {
  return say(key, { name, by: by ?? "", role: t(`shared.role.${role}`) });
}

/** Those that have not expired; looked at again when the next one does. */
function useStanding(questions: readonly QuestionView[]): readonly QuestionView[] {
  const [, look] = useState({});
  const now = Date.now() / 1000;
  const standing = questions.filter(({ until }) => until > now);
  const next = Math.min(...standing.map(({ until }) => until));
  useEffect(() => {
    if (!Number.isFinite(next)) return;
    const timer = setTimeout(() => look({}), (next - Date.now() / 1000) * 1000);
    return () => clearTimeout(timer);
  }, [next]);
  return standing;
}

/** Whether it has been so for that long. */
function useLonger(is: boolean, ms: number): boolean {
  const [long, tell] = useState(false);
  useEffect(() => {
    const timer = is && setTimeout(() => tell(true), ms);
    return () => {
      tell(false);
      clearTimeout(timer || undefined);
    };
  }, [is, ms]);
  return is && long;
}
