/** The region *Callbacks*: what is due, what is not yet, what is overdue, and the one request in hand (Call 4). */

import { useState } from "preact/hooks";
import type { CallbacksView, CallLineView } from "../../../chat/browser/core/callback-view.ts";
import { clock, t } from "../../../chat/browser/ui/catalogue.ts";
import { Choice } from "../../../chat/browser/ui/field.tsx";
import { span } from "../../../chat/browser/ui/spans.ts";
import { languageName } from "../views/formats.ts";
import { CallAlarm } from "./call-alarm.tsx";
import { type CallCommands, calls } from "./calls.ts";
import { danger } from "./danger.ts";
import { OpenCall } from "./open-call.tsx";
import { ShiftNotes } from "./shift-notes.tsx";

const QUEUES = ["", "work"] as const;
const DUE = ["now", "overdue", "later"] as const;

export function Callbacks() {
  const shown = calls.value;
  if (!shown || shown.view.takes === "unknown") return null;
  const { view, commands } = shown;
  return (
    <section class="callbacks" aria-labelledby="callbacks-heading">
      <div class="section-head">
        <h2 id="callbacks-heading" tabIndex={-1}>
          {t("staff.callbacks.heading")}
        </h2>
        <p role="status" class="count">
          {view.takes === "yes" ? countWords(view) : t("staff.callbacks.notHere")}
        </p>
      </div>
      {view.takes === "yes" && <Desk view={view} commands={commands} />}
    </section>
  );
}

function Desk({ view, commands }: { view: CallbacksView; commands: CallCommands }) {
  const words = danger(view);
  return (
    <>
      {words && (
        <p role="status" class={words === "endangered" ? "alarm" : "quiet"}>
          {t(`staff.callbacks.${words}`)}
        </p>
      )}
      {view.alarm && <CallAlarm error={view.alarm} />}
      {view.open && <OpenCall key={view.open.id} open={view.open} busy={view.busy} commands={commands} />}
      <List view={view} commands={commands} />
      <ShiftNotes notes={view.shiftNotes} busy={view.busy} commands={commands} />
    </>
  );
}

function countWords({ lines }: CallbacksView): string {
  const due = lines.filter((line) => isOpen(line) && line.due === "now").length;
  return lines.length > 0 ? t("staff.callbacks.due", { count: due }) : t("staff.callbacks.none");
}

const isOpen = ({ state }: CallLineView) => state === "waiting";

function List({ view, commands }: { view: CallbacksView; commands: CallCommands }) {
  const [language, choose] = useState("");
  const languages = [...new Set(view.lines.map((line) => line.language))];
  // Where the last one of a language is gone, everything is shown again.
  const chosen = languages.includes(language) ? language : "";
  const lines = view.lines.filter((line) => !chosen || line.language === chosen).sort(cancelledLast);
  return (
    <>
      {languages.length > 1 && (
        <Choice
          label={t("staff.callbacks.language")}
          value={chosen}
          options={[
            ["", t("staff.callbacks.all")],
            ...languages.map((tag) => [tag, languageName(tag)] as const),
          ]}
          onChoose={choose}
        />
      )}
      {QUEUES.map((queue) => (
        <Queue
          key={queue}
          heading={queue && t("staff.callbacks.professionals")}
          lines={lines.filter((line) => line.queue === queue)}
          busy={view.busy}
          commands={commands}
        />
      ))}
      {view.more > 0 && <p class="quiet">{t("staff.waiting.more", { more: view.more })}</p>}
    </>
  );
}

/** Visitors' first; professionals have their own, so that nobody who needs help stands behind them (Prof 1). */
function Queue({ heading, lines, busy, commands }: QueueProps) {
  if (lines.length === 0) return null;
  return (
    <div class="call-queue" {...(heading ? { role: "group", "aria-label": heading } : {})}>
      {heading && <h3>{heading}</h3>}
      {DUE.map((due) => (
        <Group
          key={due}
          heading={t(`staff.callbacks.group.${due}`)}
          lines={lines.filter((line) => line.due === due)}
          below={heading !== ""}
          busy={busy}
          commands={commands}
        />
      ))}
    </div>
  );
}

/** What is only to be known stands below what is to be done. */
function cancelledLast(one: CallLineView, other: CallLineView): number {
  return Number(one.state === "cancelled") - Number(other.state === "cancelled");
}

interface QueueProps {
  /** Empty: it needs none. */
  heading: string;
  lines: readonly CallLineView[];
  busy: boolean;
  commands: CallCommands;
}

interface GroupProps extends QueueProps {
  /** A queue's heading stands above. */
  below: boolean;
}

function Group({ heading, lines, below, busy, commands }: GroupProps) {
  if (lines.length === 0) return null;
  const Heading = below ? "h4" : "h3";
  return (
    <>
      <Heading>{heading}</Heading>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari forgets a list without markers */}
      <ul role="list" class="call-lines">
        {lines.map((line) => (
          <Line key={line.id} line={line} busy={busy} commands={commands} />
        ))}
      </ul>
    </>
  );
}

function Line({ line, busy, commands }: { line: CallLineView; busy: boolean; commands: CallCommands }) {
  const { id, windows, language, attempts, state } = line;
  const about = `call-${id.slice(0, 12)}`;
  const window = windows.find(({ end }) => end * 1000 > Date.now()) ?? windows.at(-1);
  const taken = line.holder !== null && !line.mine;
  return (
    <li class="call-line" data-state={state}>
      <div id={about}>
        <p class="place-main">
          <bdi>{window && span(window)}</bdi>
          <span>{languageName(language)}</span>
        </p>
        <p class="quiet standing">{standing(line)}</p>
        {attempts > 0 && <p class="quiet">{t("staff.callbacks.attempts", { count: attempts })}</p>}
      </div>
      {state === "waiting" && !taken && (
        <button
          type="button"
          class="button"
          aria-describedby={about}
          aria-disabled={busy}
          onClick={() => commands.take(id)}
        >
          {t("staff.callbacks.take")}
        </button>
      )}
    </li>
  );
}

/** Seen by all: who has it, or why nobody may. */
function standing({ state, holder, mine, until, outcome, notBefore }: CallLineView): string {
  if (state === "cancelled") return t("staff.callbacks.cancelled");
  if (holder) {
    const whose = mine ? "mine" : "held";
    return t(`staff.callbacks.${whose}`, { name: holder, until: clock(until) });
  }
  if (state === "over") return t(`staff.callbacks.outcome.${outcome ?? "no-answer"}`);
  return notBefore * 1000 > Date.now() ? t("staff.callbacks.notBefore", { when: clock(notBefore) }) : "";
}
