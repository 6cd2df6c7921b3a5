/**
 * The team keys that this staff machine can open (C2): it makes a new one when the service wants one, opens its own shares, and seals what
 * it holds to machines that lack it, so that no request waits for one machine alone. Seeds live in this page's memory only.
 */

import type { MoreShares, NewTeam, Teams } from "./callback-bodies.ts";
import type { Device } from "./device.ts";
import { type Bytes, b64, digest, unb64 } from "./encoding.ts";
import { readSigned, writeSigned } from "./entry.ts";
import { Refused, VerificationError } from "./errors.ts";
import type { HpkePair } from "./hpke.ts";
import type { StaffHttp } from "./staff-http.ts";
import type { Standing } from "./standing.ts";
import { callbackDevice, makeTeam, openShare, parseTeam, sealShare, type Team } from "./team.ts";

const TEAMS = "/staff/callbacks/teams";

/** A staff machine at work. */
export interface Place {
  readonly standing: Standing;
  readonly device: Device;
  readonly pseudonym: string;
}

interface Held {
  readonly team: Team;
  readonly pair: HpkePair;
  readonly seed: Bytes;
}

export class TeamKeys {
  private readonly held = new Map<string, Held>();
  private newest: Held | null = null;

  constructor(
    private readonly http: StaffHttp,
    private readonly now: () => number,
  ) {}

  /** The private half of a team key, by its hash; null: this machine has no share of it. */
  of(hash: Bytes): CryptoKey | null {
    return this.held.get(String(hash))?.pair.privateKey ?? null;
  }

  /** What notes are sealed to. */
  get current(): Team | null {
    return this.newest?.team ?? null;
  }

  /** At signing in, and whenever the service wants a key or somebody lacks a share. */
  async tend(place: Place): Promise<void> {
    let said = await this.http.get<Teams>(TEAMS);
    await this.learn(place, said);
    // Whoever holds the newest may be gone for good: what is asked from now on can be opened here.
    const lacks = said.teams[0] !== undefined && !said.teams[0].mine;
    if (said.wanted || lacks) said = await this.make(place, said);
    await this.openMine(place, said);
    await this.share(place, said);
  }

  private async learn({ standing }: Place, { roster, devices, documents }: Teams): Promise<void> {
    const hash = unb64(roster);
    await standing.know(hash);
    const { trust } = standing;
    const known = trust.rosterOf(hash);
    if (known && (!trust.roster || known.number >= trust.roster.number)) trust.roster = known;
    await standing.learn([...devices, ...documents].map(readSigned));
  }

  /** C2: a new key, signed by this machine, for every machine that counts. Somebody else may have been first. */
  private async make(place: Place, said: Teams): Promise<Teams> {
    const { trust } = place.standing;
    const { signed, team, seed } = await makeTeam(trust.realm, trust.root, place.device.signing, this.now());
    const [newest] = said.teams;
    const previous = newest ? { previous: b64(await digest(readSigned(newest.team).doc)) } : {};
    const shares = await this.sealed(place, said, team, seed, []);
    const body: NewTeam = { team: writeSigned(signed), shares, ...previous };
    try {
      return await this.http.post<Teams>(TEAMS, body);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "stale-version") throw error;
      return this.http.get<Teams>(TEAMS);
    }
  }

  private async openMine({ standing, device }: Place, { teams }: Teams): Promise<void> {
    const { realm, root } = standing.trust;
    const kept = new Set<string>();
    for (const { team: signed, mine } of teams) {
      const team = await parseTeam(realm, root, readSigned(signed).doc);
      const name = String(team.hash);
      kept.add(name);
      if (this.held.has(name) || !mine) continue;
      const opened = await openShare(realm, team, device.hpke, unb64(mine.sealed));
      this.held.set(name, { team, ...opened });
    }
    // What the service has forgotten is forgotten here (C2: destroyed with the last request under it).
    for (const name of this.held.keys()) if (!kept.has(name)) this.held.delete(name);
    const [newest] = teams;
    this.newest = (newest && this.held.get(String(await digest(readSigned(newest.team).doc)))) ?? null;
  }

  private async share(place: Place, said: Teams): Promise<void> {
    for (const { team: signed, holders } of said.teams) {
      const hash = await digest(readSigned(signed).doc);
      const held = this.held.get(String(hash));
      if (!held) continue;
      const shares = await this.sealed(place, said, held.team, held.seed, holders);
      const body: MoreShares = { team: b64(hash), shares };
      if (shares.length) await this.http.post("/staff/callbacks/shares", body);
    }
  }

  /** For every machine that counts and takes callbacks (K4), and is not among the holders. */
  private async sealed(
    { standing }: Place,
    { devices }: Teams,
    team: Team,
    seed: Bytes,
    holders: readonly string[],
  ): Promise<NewTeam["shares"]> {
    const shares: NewTeam["shares"] = [];
    for (const signed of devices) {
      const certificate = await digest(readSigned(signed).doc);
      const { hpkeKey } = await callbackDevice(
        standing.trust,
        certificate,
        standing.documents,
        this.now(),
      ).catch((error: unknown) => {
        // Whom this page does not believe gets nothing; the others do.
        if (error instanceof VerificationError) return { hpkeKey: null };
        throw error;
      });
      if (!hpkeKey) continue;
      const device = b64(await digest(hpkeKey));
      if (holders.includes(device)) continue;
      const sealed = await sealShare(standing.trust.realm, team, hpkeKey, seed);
      shares.push({ device, sealed: b64(sealed) });
    }
    return shares;
  }
}
