/**
 * Says that something waits, as insistently as the ladder has it, and never what (Staff 2). It looks with everything that the
 * service tells, which on duty comes every few seconds, because the timers of a page in the background sleep; nothing here
 * waits for the screen to be drawn.
 */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { type ReadonlySignal, signal } from "../../../chat/browser/ui/signal.ts";
import { calls } from "../callbacks/calls.ts";
import { title } from "../views/title.ts";
import { canRing, ring, unlock } from "./bell.ts";
import { Ladder } from "./ladder.ts";
import { type Allowed, allow, allowed, notice, withdraw } from "./notices.ts";
import { callsWait, whatWaits } from "./waits.ts";

const LOOK_MS = 1_000;
/** Which alerts this browser gives; nothing of anybody. */
const KEPT = "varsam.alerts";

export type Kind = "sound" | "notices";

export interface AlertsView {
  /** Wanted by whoever works here. */
  readonly sound: boolean;
  readonly notices: boolean;
  /** What the browser allows. */
  readonly canRing: boolean;
  readonly allowed: Allowed;
  readonly tested: boolean;
}

const ladder = new Ladder();
const shown = signal<AlertsView>({ ...kept(), canRing: false, allowed: "asked", tested: false });
let latest: DeskView | null = null;

export const alerting: ReadonlySignal<AlertsView> = shown;

/** From now on, in this page. */
export function startAlerting(): void {
  setInterval(look, LOOK_MS);
  for (const press of ["pointerdown", "keydown"] as const) document.addEventListener(press, pressed, true);
  look();
}

/** How the desk stands now. */
export function lookOut(view: DeskView): void {
  latest = view;
  look();
}

/** Wanted, or not. */
export function want(kind: Kind, on: boolean): void {
  shown.value = { ...shown.value, [kind]: on };
  try {
    const { sound, notices } = shown.value;
    localStorage.setItem(KEPT, JSON.stringify({ sound, notices }));
  } catch {
    // A browser that keeps nothing has them on with every load.
  }
}

/** *Test the alerts*: asks the browser for what it has not allowed yet, and gives every alert that is wanted. */
export async function testAlerts(): Promise<void> {
  const { sound, notices } = shown.value;
  if (sound) await unlock();
  if (notices) await allow().catch(() => {});
  if (sound) ring();
  const came = !notices || notice(t("staff.alerts.waiting"));
  look();
  shown.value = { ...shown.value, tested: true };
  if (!came && shown.value.allowed === "yes") shown.value = { ...shown.value, allowed: "unsupported" };
}

function look(): void {
  see({ canRing: canRing(), allowed: allowed() });
  if (!latest) return;
  // Drawing the screen sets it too, but waits for a page that is looked at.
  document.title = title(latest);
  const count = whatWaits(latest) + callsWait(latest, calls.value?.view ?? null, Date.now() / 1_000);
  const rungs = ladder.climb(count, Date.now());
  const { sound, notices } = shown.value;
  if (count === 0 && rungs.length === 0) withdrawOnce();
  if (rungs.includes("sound") && sound) ring();
  if (rungs.includes("notice") && notices && !document.hasFocus()) {
    standing = notice(t("staff.alerts.waiting"));
  }
}

let standing = false;

function withdrawOnce(): void {
  if (standing) withdraw();
  standing = false;
}

/** A signal that is given another object is drawn anew. */
function see(now: Pick<AlertsView, "canRing" | "allowed">): void {
  const { canRing: rang, allowed: was } = shown.value;
  // This browser has shown that it cannot, whatever it says.
  const can = was === "unsupported" ? was : now.allowed;
  if (rang !== now.canRing || was !== can) shown.value = { ...shown.value, ...now, allowed: can };
}

function pressed(): void {
  if (shown.value.sound && !canRing()) unlock().then(look);
}

function kept(): Pick<AlertsView, Kind> {
  try {
    const { sound = true, notices = true } = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return { sound: sound === true, notices: notices === true };
  } catch {
    return { sound: true, notices: true };
  }
}
