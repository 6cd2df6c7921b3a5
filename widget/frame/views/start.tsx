/** The one start screen: *Start chat* alone is enough, and before the first word what one must know (Before 2, 3; Leave 8). */

import { useLayoutEffect } from "preact/hooks";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Standing } from "../availability.ts";
import { entrance } from "../numbers.ts";
import type { Entrance } from "../session.ts";
import { About } from "./about.tsx";
import type { ScreenProps } from "./app.tsx";
import { AskToCall } from "./calling.tsx";
import { Heading } from "./heading.tsx";
import { Answers, choices, Tongues } from "./languages.tsx";
import { Numbers } from "./numbers.tsx";
import { howLong } from "./queue.tsx";
import { Said } from "./said.tsx";
import { Wishes } from "./wishes.tsx";

const NONE: readonly string[] = [];
const ENTRANCES: readonly Entrance[] = ["self", "other", "work"];

function choose(chosen: Entrance | null): void {
  entrance.value = chosen;
}

export function Start(props: ScreenProps) {
  const { session, availability, calls, cover, onLanguage, onCode, onClose } = props;
  // Nothing is chosen when the screen comes.
  useLayoutEffect(() => choose(null), []);
  return (
    <main class="screen start">
      <div class="start-main">
        <Tongues choices={choices(availability.now.value)} onChoose={onLanguage} />
        <Heading>{t("visitor.start.heading")}</Heading>
        <p class="lead">{t("visitor.start.lead")}</p>
        <Now standing={availability.now.value} />
        <Answers standing={availability.now.value} />
        <Entrances chosen={entrance.value} onChoose={choose} />
        <Wishes {...props} unmet={NONE} />
        <Limits />
        {onClose && (
          <p class="quiet">
            <Said at={["visitor.start.elsewhere"]} />
          </p>
        )}
        <div class="actions">
          <button type="button" class="button primary" onClick={() => session.start(entrance.value)}>
            {t("visitor.start.button")}
          </button>
          <AskToCall calls={calls} />
          <button type="button" class="button plain" onClick={onCode}>
            {t("visitor.code.have")}
          </button>
          {onClose && (
            <button type="button" class="button plain" onClick={onClose}>
              {t("visitor.close")}
            </button>
          )}
        </div>
      </div>
      <About cover={cover} />
    </main>
  );
}

/** Open and free, open with a queue, or nobody there: in words, with the next step (Before 4). */
function Now({ standing }: { standing: Standing | null }) {
  return (
    <>
      <p role="status">
        {standing && t(`visitor.now.${standing.state}`, { n: standing.waiting })}
        {standing?.state === "queue" && ` ${howLong(standing.within)}`}
      </p>
      {standing?.state === "unstaffed" && <Numbers />}
    </>
  );
}

interface EntrancesProps {
  chosen: Entrance | null;
  onChoose(entrance: Entrance | null): void;
}

function Entrances({ chosen, onChoose }: EntrancesProps) {
  return (
    <fieldset class="entrances">
      <legend>{t("visitor.start.entrances")}</legend>
      {ENTRANCES.map((entrance) => (
        <button
          key={entrance}
          type="button"
          class="entrance"
          aria-pressed={chosen === entrance}
          onClick={() => onChoose(chosen === entrance ? null : entrance)}
        >
          {t(`visitor.start.entrance.${entrance}`)}
        </button>
      ))}
    </fieldset>
  );
}

/** Never "we tell nobody". */
function Limits() {
  const sentences = ["unless", "duty", "first"].map((key) => `visitor.start.limits.${key}`);
  return (
    <section class="limits">
      <h2>
        <Said at={["visitor.start.limits.heading"]} />
      </h2>
      <p>
        <Said at={sentences} />
      </p>
    </section>
  );
}
