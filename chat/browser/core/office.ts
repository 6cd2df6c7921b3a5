/**
 * An organisation's own people at one page: invited and signing in with a passkey, this machine's keys (K3), what a coordinator
 * decides, and the hourly freshness (K4). What the screen shows is `view`. It knows no queue and no conversation.
 */

import { alarmOf } from "./alarms.ts";
import { Coordinator, type Decision } from "./coordinator.ts";
import { type Bytes, b64, unb64 } from "./encoding.ts";
import { readSigned, writeSigned } from "./entry.ts";
import { Refused } from "./errors.ts";
import { isDue, signFreshness } from "./freshening.ts";
import { MachineKeys } from "./machine-keys.ts";
import type { OfficeOptions } from "./options.ts";
import { may, ROLES } from "./roles.ts";
import { prfInput } from "./sealing.ts";
import { Serial } from "./serial.ts";
import { type FreshnessNow, type Me, type SignedInPage, StaffHttp } from "./staff-http.ts";
import { Standing } from "./standing.ts";
import { Trust } from "./trust.ts";
import type { AnswersView, ErrorView, OfficeView } from "./view.ts";
import { deviceWords } from "./words.ts";

const LOOK_MS = 5_000;
/** So often a machine that is listed asks whether it still is. */
const STANDING_S = 60;
/** So long a statement of freshness is good (K4). */
const FRESH_S = 24 * 3600;

export class Office {
  private phase: OfficeView["phase"] = "looking";
  private busy = false;
  private locked = false;
  private me: Me | null = null;
  private machine: OfficeView["machine"] = "unknown";
  private words = "";
  private lookedAt = 0;
  private pages: OfficeView["pages"] = null;
  private freshAt: number | null = null;
  private alarm: ErrorView | null = null;
  private invitation: string | null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private readonly serial = new Serial();
  private readonly http: StaffHttp;
  private readonly standing: Standing;
  private readonly keys: MachineKeys;
  private readonly coordinator: Coordinator;

  constructor(private readonly options: OfficeOptions) {
    const { origin, root, realm } = options;
    this.invitation = options.invitation;
    this.http = new StaffHttp(origin);
    this.keys = new MachineKeys(unb64(root));
    this.coordinator = new Coordinator(this.http, options);
    this.standing = new Standing(new Trust(realm, unb64(root)), origin, () => this.now());
  }

  get view(): OfficeView {
    const { me } = this;
    return {
      phase: this.phase,
      busy: this.busy,
      locked: this.locked,
      pseudonym: me?.pseudonym ?? "",
      role: me?.role ?? "",
      passkeys: me?.passkeys ?? 0,
      pages: this.pages,
      machine: this.machine,
      keptBy: this.keys.keptBy,
      sealed: this.keys.sealed,
      words: this.words,
      people: this.coordinator.people,
      roles: ROLES,
      rosterUntil: me?.standing.roster_until ?? 0,
      freshUntil: Math.max(me?.standing.fresh_until ?? 0, this.freshAt ? this.freshAt + FRESH_S : 0),
      certificateUntil: me?.standing.certificate_until ?? 0,
      rosterChanged: this.coordinator.rosterChanged,
      callsEndangered: this.coordinator.endangered,
      freshAt: this.freshAt,
      audit: this.coordinator.audit,
      link: this.coordinator.link,
      alarm: this.alarm,
    };
  }

  // The way in

  /** The page is loaded: an invitation goes first, then a session that is still open. */
  start(): void {
    this.timer ??= setInterval(() => this.look(), LOOK_MS);
    this.soon(async () => {
      if (this.invitation) this.phase = "invited";
      else await this.signedIn(await this.http.get<Me>("/staff/me"));
    });
  }

  /** With a passkey; a page that was left alone goes on. */
  signIn(): void {
    this.act(async () => {
      const me = await this.usePasskey();
      const another = this.me !== null && me.pseudonym !== this.me.pseudonym;
      this.locked = false;
      // What somebody else has left open here is not for this person.
      if (another) this.options.onSignedOut();
      await this.signedIn(me);
      this.options.onUnlocked();
    });
  }

  /** Make the passkey that the invitation asks for. */
  accept(): void {
    this.act(async () => {
      const me = await this.makePasskey({ invitation: this.invitation });
      this.invitation = null;
      // Many authenticators give what their PRF gives only when they are used: asked once more, before keys are made.
      await this.signedIn(this.keys.asked ? me : await this.usePasskey());
    });
  }

  /** A second authenticator: a lost one must not lock anybody out. */
  addPasskey(): void {
    this.act(async () => {
      this.me = await this.makePasskey({});
    });
  }

  private async makePasskey(asked: object): Promise<Me> {
    const options = await this.http.post("/staff/passkey/options", asked);
    const given = await this.options.passkeys.create(options, await this.aboutKeys());
    const me = await this.http.post<Me>("/staff/passkey", { ...asked, credential: given.credential });
    await this.keys.learn(given);
    return me;
  }

  private async usePasskey(): Promise<Me> {
    const options = await this.http.post("/staff/sign-in/options");
    const given = await this.options.passkeys.get(options, await this.aboutKeys());
    const me = await this.http.post<Me>("/staff/sign-in", { credential: given.credential });
    await this.keys.learn({ ...given, hasPrf: given.prf !== null });
    this.keys.sealed = null;
    return me;
  }

  private aboutKeys(): Promise<Bytes> {
    return prfInput(this.options.realm, unb64(this.options.root));
  }

  signOut(everywhere: boolean): void {
    this.act(async () => {
      await this.http.post("/staff/sign-out", { everywhere });
      this.out();
      this.options.onSignedOut();
    });
  }

  /** Where one is signed in. */
  seePages(): void {
    this.act(async () => {
      this.pages = (await this.http.get<{ pages: SignedInPage[] }>("/staff/sessions")).pages;
    });
  }

  /** One page of one's own; this one goes on. */
  signOutPage(name: string): void {
    this.act(async () => {
      await this.http.post("/staff/sign-out", { page: name });
      this.pages = (await this.http.get<{ pages: SignedInPage[] }>("/staff/sessions")).pages;
    });
  }

  /** Nobody has touched the page for a while. */
  lock(): void {
    if (this.phase !== "in" || this.locked) return;
    this.locked = true;
    this.changed();
    this.soon(() => this.http.post("/staff/lock"));
  }

  /** The service says that this page is locked: everything stays where it is, covered. */
  isLocked(): void {
    if (this.phase !== "in") return;
    this.locked = true;
    this.changed();
  }

  /**
   * The service does not want the desk's link any more: the session is over, or this machine's certificate was renewed or revoked.
   * What it says of the page tells them apart.
   */
  signedOut(): void {
    this.soon(async () => {
      this.machine = "waiting";
      await this.signedIn(await this.http.get<Me>("/staff/me"));
    });
  }

  private out(): void {
    this.phase = "signed-out";
    this.locked = false;
    this.me = null;
    this.coordinator.forget();
    this.pages = null;
    this.http.forget();
    this.freshAt = null;
    this.machine = "unknown";
  }

  private async signedIn(me: Me): Promise<void> {
    this.me = me;
    this.phase = "in";
    await this.atMachine();
    await this.seePeople();
    await this.seeCalls();
  }

  // This machine (K3)

  private async atMachine(): Promise<void> {
    const kept = await this.keys.own();
    if (!kept) return;
    const { signing, hpke } = kept.device;
    const { root, realm } = this.options;
    this.words = (await deviceWords(realm, unb64(root), signing.publicKey, hpke.publicKey)).join(" ");
    const keys = { signature_key: b64(signing.publicKey), hpke_key: b64(hpke.publicKey) };
    this.me = await this.http.post<Me>("/staff/machine", keys);
    this.lookedAt = this.now();
    if (this.me.machine === "unknown") return this.isRevoked();
    this.machine = this.me.machine === "listed" ? "listed" : "waiting";
    if (this.machine === "listed") await this.isListed(this.me);
  }

  /** Nobody has the passkey any more that opens what is kept here: it is a new machine, whose words are compared again. */
  replaceKeys(): void {
    this.act(async () => {
      await this.keys.forget();
      if (this.me) await this.signedIn(this.me);
    });
  }

  /** A machine that was revoked never counts again: the next look makes new keys. */
  private async isRevoked(): Promise<void> {
    await this.keys.forget().catch(() => {});
    this.machine = "unknown";
  }

  private async isListed({ documents = [], role }: Me): Promise<void> {
    const papers = documents.map(readSigned);
    const certified = await this.keys.certify(papers);
    // Whoever signs it counts only from then on; what fails is tried again, and told, by the next look.
    await this.freshen().catch(() => {});
    if (may(role, "be-on-duty")) this.options.onListed(certified);
  }

  // What a coordinator does

  /** Data 4: the newest entries. */
  seeAudit(): void {
    this.act(() => this.coordinator.seeAudit());
  }

  /** The entries before those. */
  seeEarlier(): void {
    this.act(() => this.coordinator.seeEarlier());
  }

  invite(pseudonym: string, role: string): void {
    this.decided(() => this.coordinator.invite({ pseudonym, role }));
  }

  /** Another link for somebody who has lost the passkeys. */
  inviteAgain(person: string): void {
    this.decided(() => this.coordinator.invite({ person }));
  }

  decide(person: string, what: Decision, machine?: string): void {
    this.decided(() => this.coordinator.decide(person, what, machine), true);
  }

  /** Who is given whom: a record of the organisation's. */
  writeAnswers(person: string, answers: AnswersView): void {
    this.decided(() => this.coordinator.writeAnswers(person, answers));
  }

  /** The signed roster, carried back as a file. */
  handIn(text: string): void {
    this.decided(() => this.coordinator.handIn(text), true);
  }

  /** And who there is after it. `counts`: it may change who counts, which is said anew (K4). */
  private decided(work: () => Promise<void>, counts = false): void {
    this.act(async () => {
      await work();
      await this.seePeople();
      if (counts) await this.freshen();
    });
  }

  private async seePeople(): Promise<void> {
    if (!may(this.me?.role ?? "", "see-people")) return;
    const roster_until = await this.coordinator.seePeople();
    const { me } = this;
    if (me && roster_until !== null) this.me = { ...me, standing: { ...me.standing, roster_until } };
  }

  /** Only a machine that counts is told. */
  private async seeCalls(): Promise<void> {
    if (this.machine === "listed" && may(this.me?.role ?? "", "see-people"))
      await this.coordinator.seeCalls();
  }

  // Freshness (K4)

  private async freshen(): Promise<void> {
    const { me, machine } = this;
    const { kept } = this.keys;
    if (!kept || machine !== "listed" || !may(me?.role ?? "", "sign-freshness")) return;
    const said = await this.http.get<FreshnessNow>("/staff/freshness");
    this.freshAt = said.time;
    if (!isDue(said, this.now())) return;
    await this.standing.know(unb64(said.roster));
    const fresh = await signFreshness(this.options.realm, kept.device.signing, said, this.now());
    await this.http.post("/staff/freshness", { fresh: writeSigned(fresh) });
    this.freshAt = this.now();
  }

  // By the clock

  private look(): void {
    if (this.phase !== "in" || this.locked || this.keys.sealed || this.busy || this.serial.waiting > 0)
      return;
    this.soon(async () => {
      const due = this.machine !== "listed" || this.now() - this.lookedAt >= STANDING_S;
      if (due) await this.atMachine();
      await this.seePeople();
      await (due ? this.seeCalls() : this.freshen());
    });
  }

  private now(): number {
    return Math.floor(this.options.clock ? this.options.clock() : Date.now() / 1000);
  }

  /** What a person asked for; one thing at a time. */
  private act(work: () => Promise<void>): void {
    if (this.busy) return;
    this.busy = true;
    this.alarm = null;
    this.changed();
    this.soon(async () => {
      try {
        await work();
      } finally {
        this.busy = false;
      }
    });
  }

  private soon(work: () => Promise<void>): void {
    this.serial.run(
      async () => {
        await work();
        this.changed();
      },
      (error) => {
        this.failed(error);
        this.changed();
      },
    );
  }

  private failed(error: unknown): void {
    const code = error instanceof Refused ? error.code : "";
    const first = this.phase === "looking";
    if (code === "locked") {
      this.phase = "in";
      this.locked = true;
    } else if (code === "signed-out") {
      const was = this.phase === "in";
      this.out();
      if (was) this.options.onSignedOut();
      if (!first) this.alarm = { code };
    } else {
      if (first) this.phase = "signed-out";
      this.alarm = alarmOf(error);
    }
  }

  private changed(): void {
    this.options.onChange(this.view);
  }
}
