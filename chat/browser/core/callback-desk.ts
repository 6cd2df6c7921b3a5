/**
 * The desk of those who call back (Call 4): what is due, one request in hand, its card before its number, how the call went, and notes for
 * each other. A number is here for a minute and no longer; what was cancelled is gone from the screen at once.
 */

import { alarmOf } from "./alarms.ts";
import { openVersion, type Version } from "./callback.ts";
import type {
  CallbackHalf,
  CallbackLine,
  CallbackNote,
  CallbackNoteOn,
  CallbackTaken,
  CallbackDesk as DeskBody,
  ShiftNotes,
} from "./callback-bodies.ts";
import { parseCard, parseNumber } from "./callback-card.ts";
import { NOTE_CHARACTERS, openNote, sealNote } from "./callback-notes.ts";
import { openPart, teamOf } from "./callback-parts.ts";
import type { CallbacksView, CallLineView, NoteView, OpenCallView, Outcome } from "./callback-view.ts";
import { type Bytes, b64, unb64 } from "./encoding.ts";
import { readSigned } from "./entry.ts";
import { Refused } from "./errors.ts";
import { Serial } from "./serial.ts";
import { StaffHttp } from "./staff-http.ts";
import { type Place, TeamKeys } from "./team-keys.ts";
import type { ErrorView } from "./view.ts";

const NUMBER_S = 60;
const LOOK_MS = 30_000;
const TICK_MS = 1_000;
const PATH = "/staff/callbacks";

export interface CallbackDeskOptions {
  readonly origin: string;
  /** Null: nobody is signed in here. */
  place(): Place | null;
  onChange(view: CallbacksView): void;
  readonly clock?: () => number;
}

interface InHand {
  readonly version: Version;
  readonly sealed: Bytes;
  readonly team: Bytes;
}

const NOTHING: CallbacksView = {
  takes: "unknown",
  lines: [],
  more: 0,
  overdue: 0,
  endangered: false,
  open: null,
  shiftNotes: [],
  busy: false,
  alarm: null,
};

export class CallbackDesk {
  private shown: CallbacksView = NOTHING;
  private inHand: InHand | null = null;
  private tended = false;
  private timer: ReturnType<typeof setInterval> | null = null;
  private looked = 0;
  private readonly http: StaffHttp;
  private readonly keys: TeamKeys;
  private readonly serial = new Serial();
  private readonly now: () => number;

  constructor(private readonly options: CallbackDeskOptions) {
    this.now = () => Math.floor(options.clock ? options.clock() : Date.now() / 1000);
    this.http = new StaffHttp(options.origin);
    this.keys = new TeamKeys(this.http, this.now);
  }

  get view(): CallbacksView {
    return this.shown;
  }

  /** Somebody is signed in: look now, and then again and again. */
  start(): void {
    if (this.timer) return;
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.look();
  }

  /** Something has changed at the service. */
  look(): void {
    this.looked = Date.now();
    if (!this.timer || this.serial.waiting > 1) return;
    this.soon(() => this.see());
  }

  // What a counsellor does

  take(id: string): void {
    this.act(() => this.taken(id));
  }

  /** Twenty more minutes. */
  keep(): void {
    const { open } = this.shown;
    if (open) this.act(() => this.taken(open.id));
  }

  release(): void {
    this.act(async () => {
      const { open } = this.shown;
      if (open?.state === "open" || open?.state === "changed")
        await this.http.post(`${PATH}/release`, { id: open.id });
      this.drop();
      await this.see();
    });
  }

  /** The card was read: the server gives its half of the number's key, inside a window only. */
  showNumber(): void {
    this.act(async () => {
      const { inHand } = this;
      const { open } = this.shown;
      if (!inHand || open?.state !== "open") return;
      const asked = { id: open.id, version: inHand.version.version };
      const { number: half, until } = await this.http.post<CallbackHalf>(`${PATH}/number`, asked);
      const number = parseNumber(this.realm, await this.openedPart(inHand, "number", unb64(half)));
      this.change({ number, until, numberUntil: this.now() + NUMBER_S });
    });
  }

  hideNumber(): void {
    this.change({ number: null });
  }

  outcome(outcome: Outcome): void {
    this.act(async () => {
      const { open } = this.shown;
      if (!open || !this.inHand) return;
      const told = { id: open.id, version: this.inHand.version.version, outcome };
      const line = await this.http.post<CallbackLine>(`${PATH}/outcome`, told);
      this.change({ number: null, outcome, attempts: line.attempts });
      if (line.state === "over") this.close("over");
      else this.drop();
      await this.see();
    });
  }

  /** Everything of it is erased. */
  done(): void {
    this.act(async () => {
      const { open } = this.shown;
      if (open?.state === "over") await this.http.post(`${PATH}/done`, { id: open.id });
      this.drop();
      await this.see();
    });
  }

  /** C5: on the request in hand, or for the next shift. */
  note(text: string, shift: boolean): void {
    this.act(async () => {
      const place = this.options.place();
      const team = this.keys.current;
      const { open } = this.shown;
      if (!place || !team) throw new Refused("callbacks-closed");
      if (!shift && !open) return;
      const said = text
        .replace(/\p{Cc}+/gu, " ")
        .trim()
        .slice(0, NOTE_CHARACTERS);
      const made = { pseudonym: place.pseudonym, time: this.now(), text: said };
      const id = shift || !open ? undefined : unb64(open.id);
      const sealed = b64(await sealNote(this.realm, team, made, id));
      const note: CallbackNote = { team: b64(team.hash), sealed };
      if (shift) {
        await this.http.post(`${PATH}/shift-notes`, note);
        await this.see();
      } else if (open) {
        const on: CallbackNoteOn = { id: open.id, note };
        await this.http.post(`${PATH}/note`, on);
        this.change({ notes: [...open.notes, made] });
      }
    });
  }

  // What the service says

  private async taken(id: string): Promise<void> {
    const taken = await this.http.post<CallbackTaken>(`${PATH}/take`, { id });
    const sealed = unb64(taken.sealed);
    const version = await openVersion(this.realm, readSigned(taken.version), unb64(taken.key), sealed);
    if (b64(version.id) !== id) throw new Refused("unverified");
    const team = teamOf(this.realm, sealed);
    if (!this.keys.of(team)) await this.tend();
    const inHand = { version, sealed, team };
    const card = parseCard(this.realm, await this.openedPart(inHand, "card", unb64(taken.card)), version);
    const notes = await this.openNotes(taken.notes, version.id);
    const before = this.shown.open;
    const same = before?.id === id && this.inHand?.version.version === version.version;
    this.inHand = inHand;
    const open: OpenCallView = {
      id,
      state: "open",
      card,
      number: same ? before.number : null,
      numberUntil: same ? before.numberUntil : 0,
      until: taken.until,
      attempts: taken.attempts,
      outcome: null,
      notes,
    };
    this.show({ open });
    await this.see();
  }

  private async see(): Promise<void> {
    if (!this.options.place()) return this.show(NOTHING);
    let desk: DeskBody;
    try {
      desk = await this.http.get<DeskBody>(PATH);
    } catch (error) {
      if (!(error instanceof Refused) || !["wrong-role", "signed-out", "no-device"].includes(error.code))
        throw error;
      this.inHand = null;
      return this.show({ ...NOTHING, takes: error.code === "wrong-role" ? "no" : "unknown" });
    }
    const now = desk.now;
    this.show({
      takes: "yes",
      lines: desk.lines.map((line) => lineView(line, now)),
      more: desk.more,
      overdue: desk.overdue,
      endangered: desk.alarm,
      // Told again below, if it is still so.
      alarm: this.shown.alarm?.code === "offline" ? null : this.shown.alarm,
    });
    this.compare(desk);
    if (!this.tended || desk.wanted || desk.unshared > 0) await this.tend();
    if (desk.shift_notes !== this.shown.shiftNotes.length) await this.seeShiftNotes();
  }

  /** "Cancelled: do not call" is seen at once, and a card that was changed is read anew. */
  private compare({ lines }: DeskBody): void {
    const { open } = this.shown;
    if (open?.state !== "open" && open?.state !== "changed") return;
    const line = lines.find(({ id }) => id === open.id);
    if (line?.state === "cancelled") this.close("cancelled");
    else if (line?.state === "over") this.close("over");
    else if (line?.lease?.mine !== true) this.close("lost");
    else if (line.version !== this.inHand?.version.version) this.close("changed");
    else this.change({ until: line.lease.until });
  }

  /** Card and number leave the screen and memory. */
  private close(state: OpenCallView["state"]): void {
    this.inHand = null;
    this.change({ state, card: null, number: null });
  }

  private drop(): void {
    this.inHand = null;
    this.show({ open: null });
  }

  private async tend(): Promise<void> {
    const place = this.options.place();
    if (!place) return;
    await this.keys.tend(place);
    this.tended = true;
  }

  private async seeShiftNotes(): Promise<void> {
    const { notes } = await this.http.get<ShiftNotes>(`${PATH}/shift-notes`);
    this.show({ shiftNotes: await this.openNotes(notes) });
  }

  /** Those that this machine can open; whoever holds the key of an old one may have sealed it on meanwhile. */
  private async openNotes(notes: readonly CallbackNote[], id?: Bytes): Promise<NoteView[]> {
    if (notes.some(({ team }) => !this.keys.of(unb64(team)))) await this.tend();
    const opened: NoteView[] = [];
    for (const { team, sealed } of notes) {
      const key = this.keys.of(unb64(team));
      if (key) opened.push(await openNote(this.realm, unb64(team), key, unb64(sealed), id));
    }
    return opened;
  }

  private openedPart(
    { version, sealed, team }: InHand,
    part: "card" | "number",
    half: Bytes,
  ): Promise<Bytes> {
    const key = this.keys.of(team);
    if (!key) throw new Refused("no-team-key");
    const whose = { realm: this.realm, id: version.id, version: version.version, team };
    return openPart(whose, part, key, sealed, half);
  }

  private get realm() {
    const place = this.options.place();
    if (!place) throw new Refused("signed-out");
    return place.standing.trust.realm;
  }

  // By the clock

  private tick(): void {
    const { open } = this.shown;
    if (open?.number && this.now() >= open.numberUntil) this.change({ number: null });
    if (Date.now() - this.looked >= LOOK_MS) this.look();
  }

  /** What a person asked for; one thing at a time. */
  private act(work: () => Promise<void>): void {
    if (this.shown.busy) return;
    this.show({ busy: true, alarm: null });
    this.soon(async () => {
      try {
        await work();
      } finally {
        this.show({ busy: false });
      }
    });
  }

  private soon(work: () => Promise<void>): void {
    this.serial.run(work, (error) => this.failed(error));
  }

  private failed(error: unknown): void {
    const alarm: ErrorView = error instanceof Refused ? { code: error.code } : alarmOf(error);
    const { open } = this.shown;
    if (alarm.code === "callback-cancelled" && open?.state === "open") this.close("cancelled");
    else if (alarm.code === "stale-version" && open?.state === "open") this.close("changed");
    else if (alarm.code === "callback-not-held" && open?.state === "open") this.close("lost");
    else this.show({ alarm });
  }

  private change(some: Partial<OpenCallView>): void {
    const { open } = this.shown;
    if (open) this.show({ open: { ...open, ...some } });
  }

  private show(some: Partial<CallbacksView>): void {
    this.shown = { ...this.shown, ...some };
    this.options.onChange(this.shown);
  }
}

function lineView(line: CallbackLine, now: number): CallLineView {
  const { id, version, state, windows, language, attempts, lease, outcome } = line;
  return {
    id,
    version,
    state,
    due: dueOf(line, now),
    windows,
    language,
    attempts,
    notBefore: line.not_before,
    queue: line.queue,
    holder: lease?.holder ?? null,
    until: lease?.until ?? 0,
    mine: lease?.mine ?? false,
    outcome: outcome ?? null,
  };
}

/** Inside a window, before one, or after the last. */
export function dueOf({ windows, not_before }: CallbackLine, now: number): CallLineView["due"] {
  const left = windows.filter(({ end }) => end > Math.max(now, not_before));
  if (left.length === 0) return "overdue";
  const may = left.some(({ start }) => start <= now && not_before <= now);
  return may ? "now" : "later";
}
