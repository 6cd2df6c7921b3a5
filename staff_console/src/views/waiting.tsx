/** The queue as a counsellor sees it, and *Take next* with the reason in words whenever it cannot be pressed. */

import type { DeskView, WaitingView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "./commands.ts";
import { Decline } from "./decline.tsx";
import { isDraft, languageName, minutesSince } from "./formats.ts";
import { now } from "./now.ts";
import { ENTRY_ATTRIBUTE } from "./pane.ts";
import { hindrance } from "./take.ts";
import { takeNext, taking } from "./taking.ts";
import { Told } from "./told.tsx";

export function Waiting({ view, commands }: { view: DeskView; commands: Commands }) {
  return (
    <section class="waiting" aria-labelledby="waiting-heading">
      <div class="section-head">
        <h2 id="waiting-heading">{t("staff.waiting.heading")}</h2>
        <p role="status" class="count">
          {queueWords(view)}
        </p>
      </div>
      <TakeNext view={view} commands={commands} />
      {view.onDuty && view.waiting.length > 0 && <Queue view={view} commands={commands} />}
    </section>
  );
}

function queueWords({ waitingLength, onDuty }: DeskView): string {
  // Off duty the service tells nothing new, and what was true a while ago is not shown.
  if (!onDuty) return "";
  return waitingLength > 0 ? t("staff.waiting.count", { count: waitingLength }) : t("staff.waiting.empty");
}

function TakeNext({ view, commands }: { view: DeskView; commands: Commands }) {
  const reason = taking.value ? "taking" : hindrance(view);
  return (
    <div class="take">
      <button
        type="button"
        class="button primary wide"
        aria-disabled={reason !== null}
        aria-describedby="take-reason"
        aria-keyshortcuts="Alt+N"
        onClick={() => takeNext(view, commands)}
        {...{ [ENTRY_ATTRIBUTE]: "" }}
      >
        {t("staff.take.label")}
      </button>
      <p id="take-reason" class="take-reason">
        {reason ? t(`staff.take.${reason}`, { capacity: view.capacity }) : t("staff.take.ready")}
      </p>
    </div>
  );
}

function Queue({ view, commands }: { view: DeskView; commands: Commands }) {
  const more = view.waitingLength - view.waiting.length;
  return (
    <>
      <ol class="queue">
        {view.waiting.map((place, index) => (
          <Place
            key={place.number || -index}
            place={place}
            at={index + 1}
            onDecline={() => commands.decline(place.number)}
          />
        ))}
      </ol>
      {more > 0 && <p class="quiet">{t("staff.waiting.more", { more })}</p>}
    </>
  );
}

interface PlaceProps {
  place: WaitingView;
  /** 1 is the first. */
  at: number;
  onDecline(): void;
}

function Place({ place, at, onDecline }: PlaceProps) {
  const condition = place.leased ? "leased" : place.away ? "away" : null;
  const { told, unmet } = place;
  return (
    <li class="place" data-condition={condition ?? "here"}>
      <span class="place-main">
        <span class="place-language">{languageName(place.language)}</span>
        {isDraft(place.language) && <span class="quiet">{t("staff.waiting.draft")}</span>}
        <span class="place-since">{minutesSince(place.since, now.value)}</span>
      </span>
      <div class="place-more">
        {place.entrance && <span>{t(`staff.entrance.${place.entrance}`)}</span>}
        {place.returned && <span>{t("staff.waiting.returned")}</span>}
        {condition && <span class="place-condition">{t(`staff.waiting.${condition}`)}</span>}
        {told && <Told told={told} />}
        {unmet.map((wish) => (
          <span key={wish} class="place-condition">
            {t(`staff.routing.unmet.${wish}`)}
          </span>
        ))}
        {place.other && unmet.length === 0 && <span class="place-condition">{t("staff.routing.other")}</span>}
        {!place.leased && !place.other && (
          <Decline label={t("staff.routing.decline.label", { at })} onDecline={onDecline} />
        )}
      </div>
    </li>
  );
}
