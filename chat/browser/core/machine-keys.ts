/**
 * This machine's keys at an organisation's page (K3): kept in the browser, sealed under what the passkeys' PRFs give where they have
 * one, and made where there are none. Whether anybody certified them it does not decide.
 */

import type { SignedBytes } from "./chain.ts";
import { type Certified, forgetDevice, keepDevice, makeDevice, openDevice } from "./device.ts";
import { type Bytes, equal } from "./encoding.ts";
import { verify } from "./errors.ts";
import type { Given } from "./passkeys.ts";
import { addWrap, type Prf } from "./sealing.ts";
import type { OfficeView } from "./view.ts";

export class MachineKeys {
  /** Open, and with the papers of the certificate once there is one; null: a passkey must be given first, or they are not asked for yet. */
  kept: Certified | null = null;
  /** Which passkey is waited for; null: none. */
  sealed: OfficeView["sealed"] = null;
  private unkept = false;
  /** What a passkey gave at this page; "none": it has no PRF; null: none was asked yet. */
  private prf: Prf | "none" | null = null;
  private readonly given: Prf[] = [];

  /** `root`: H(R). */
  constructor(private readonly root: Bytes) {}

  /** A passkey's PRF was asked, whether or not there is one. */
  get asked(): boolean {
    return this.prf !== null;
  }

  get keptBy(): OfficeView["keptBy"] {
    if (this.unkept) return "page";
    return this.kept?.device.seal ? "passkey" : "browser";
  }

  /** K3: a passkey that was given at an open page opens them from now on. */
  async learn({ prf, hasPrf }: Given): Promise<void> {
    if (this.prf === null || prf) this.prf = prf ?? (hasPrf ? null : "none");
    if (prf) this.given.push(prf);
    if (prf && this.kept?.device.seal) await this.openFor(this.kept);
  }

  /** Those that are kept here, or new ones; null: a passkey must be given first. */
  async own(): Promise<Certified | null> {
    this.kept ??= await this.find();
    return this.kept;
  }

  /** K3: a renewed certificate takes the place of the one before. */
  async certify(papers: readonly SignedBytes[]): Promise<Certified> {
    if (this.kept && sameDocuments(papers, this.kept.papers)) return this.kept;
    const known = await openDevice(this.root, this.prf === "none" ? null : this.prf);
    const newest = known && known !== "sealed" ? known : this.kept;
    verify(newest !== null, "K3", "this machine has no keys");
    this.kept = { ...newest, papers };
    await this.keep(this.kept);
    return this.kept;
  }

  /** They never count again; the next that are asked for are new. */
  async forget(): Promise<void> {
    this.kept = null;
    this.sealed = null;
    await forgetDevice();
  }

  private async find(): Promise<Certified | null> {
    const { prf } = this;
    const found = await openDevice(this.root, prf === "none" ? null : prf);
    if (found && found !== "sealed") {
      await this.openFor(found);
      return found;
    }
    if (found === "sealed") this.sealed = prf === null ? "passkey" : "other";
    else if (prf === null) this.sealed = "passkey";
    else return this.make(prf);
    return null;
  }

  private async make(prf: Prf | "none"): Promise<Certified> {
    const device = await makeDevice(prf === "none" ? null : prf);
    const made = { device, papers: [], lastDuty: 0 };
    await this.keep(made);
    return made;
  }

  /** Every passkey that was given at this page opens them. */
  private async openFor(kept: Certified): Promise<void> {
    const { seal } = kept.device;
    const before = seal?.wraps.length;
    for (const prf of this.given) if (seal) await addWrap(seal, prf);
    if (seal?.wraps.length !== before) await this.keepNewest(kept);
  }

  /** With what the desk has written meanwhile. */
  private async keepNewest(kept: Certified): Promise<void> {
    const found = this.prf && this.prf !== "none" && (await openDevice(this.root, this.prf));
    const lastDuty = found && found !== "sealed" ? found.lastDuty : kept.lastDuty;
    await this.keep({ ...kept, lastDuty: Math.max(lastDuty, kept.lastDuty) });
  }

  private async keep(certified: Certified): Promise<void> {
    this.unkept = false;
    await keepDevice(this.root, certified).catch(() => {
      this.unkept = true;
    });
  }
}

function sameDocuments(some: readonly SignedBytes[], others: readonly SignedBytes[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ doc }, at) => equal(doc, others[at]?.doc ?? new Uint8Array()))
  );
}
