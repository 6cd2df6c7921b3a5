/** *When may we call*: a day of the drawn week, from and to, as often as one likes; or now. In the visitor's own time, with ours beside it. */

import { useState } from "preact/hooks";
import { t } from "../../../../chat/browser/ui/catalogue.ts";
import { date, span, timeOf, weekday } from "../../../../chat/browser/ui/spans.ts";
import { windowsOf } from "../answers.ts";
import type { Form } from "../form.ts";
import { type Day, daysOf, endsAfter, localDay, MOST, nowForAnHour, type Window } from "../windows.ts";
import { type Tile, Tiles } from "./tiles.tsx";

export function When({ form }: { form: Form }) {
  const { answers } = form;
  const spans = form.terms.value?.spans ?? [];
  const days = daysOf(spans, form.now());
  const soon = nowForAnHour(spans, form.now());
  // Whoever comes back to this question finds the day of the time that is being chosen.
  const [chosen, choose] = useState(answers.from === null ? "" : localDay(answers.from));
  const day = days.find(({ key }) => key === chosen) ?? days[0];
  if (!day) return <p role="status">{t("callback.when.nobody")}</p>;
  return (
    <fieldset class="when">
      <legend class="visually-hidden">{t("callback.when.group")}</legend>
      <button
        type="button"
        class="button wide"
        aria-disabled={soon === null}
        onClick={() => soon && form.answer(withWindow(answers, soon))}
      >
        {t("callback.when.now")}
      </button>
      {!soon && <p class="quiet">{t("callback.when.notNow")}</p>}
      <Tiles
        label={t("callback.when.day")}
        kind="days"
        value={day.key}
        tiles={dayTiles(days, windowsOf(answers))}
        onChoose={(key) => {
          choose(key);
          keep(form);
        }}
      />
      <Hours form={form} day={day} spans={spans} />
      <Chosen form={form} />
    </fieldset>
  );
}

function dayTiles(days: readonly Day[], windows: readonly Window[]): Tile[] {
  return days.map(({ key, starts: [first = 0] }) => ({
    value: key,
    words: weekday(first),
    below: date(first),
    marked: windows.some(({ start }) => localDay(start) === key),
  }));
}

/** From one half hour to another; an hour is what most choose. */
function Hours({ form, day, spans }: { form: Form; day: Day; spans: readonly Window[] }) {
  const { from, to, windows } = form.answers;
  const ends = from === null ? [] : endsAfter(from, spans, form.now());
  const begin = (value: string) => {
    const start = Number(value);
    const hour = endsAfter(start, spans, form.now()).slice(0, 2);
    form.answer({ from: start, to: hour.at(-1) ?? null });
  };
  const full = to === null || windows.length + 1 >= MOST;
  return (
    <>
      <Tiles
        label={t("callback.when.from")}
        kind="times"
        value={from === null ? null : String(from)}
        tiles={day.starts.map((at) => ({ value: String(at), words: timeOf(at) }))}
        onChoose={begin}
      />
      {from !== null && (
        <Tiles
          label={t("callback.when.to")}
          kind="times"
          value={to === null ? null : String(to)}
          tiles={ends.map((at) => ({ value: String(at), words: timeOf(at, from) }))}
          onChoose={(value) => form.answer({ to: Number(value) })}
        />
      )}
      <button type="button" class="button" aria-disabled={full} onClick={() => full || keep(form)}>
        {t("callback.when.add")}
      </button>
    </>
  );
}

/** The times so far; the one in the boxes counts as soon as it is whole. */
function Chosen({ form }: { form: Form }) {
  const windows = windowsOf(form.answers);
  const zone = form.terms.value?.zone ?? "";
  const elsewhere = zone !== form.zone;
  return (
    <div class="chosen">
      <h2>{t("callback.when.chosen")}</h2>
      <p class="quiet">{t("callback.when.zone", { yours: form.zone, ours: zone })}</p>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari forgets a list without markers */}
      <ul role="list" aria-live="polite">
        {windows.map((window) => (
          <li key={`${window.start} ${window.end}`}>
            <span>
              <bdi>{span(window)}</bdi>
              {elsewhere && (
                <bdi class="quiet ours">{t("callback.when.ours", { when: span(window, zone) })}</bdi>
              )}
            </span>
            <button type="button" class="button" onClick={() => form.answer(without(form, window))}>
              {t("callback.when.remove")} <span class="visually-hidden">{span(window)}</span>
            </button>
          </li>
        ))}
      </ul>
      {windows.length === 0 && <p>{t("callback.when.none")}</p>}
    </div>
  );
}

function withWindow({ windows }: Form["answers"], window: Window) {
  const known = windows.some(({ start, end }) => start === window.start && end === window.end);
  return known ? {} : { windows: [...windows, window] };
}

/** What was chosen whole stays chosen, and another can be. */
function keep(form: Form): void {
  form.answer({ windows: windowsOf(form.answers), from: null, to: null });
}

function without(form: Form, gone: Window) {
  const { windows, from } = form.answers;
  const left = windows.filter((window) => window !== gone);
  return left.length < windows.length ? { windows: left } : { from: from === null ? from : null, to: null };
}
