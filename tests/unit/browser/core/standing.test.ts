/** The service is the pinned organisation's, its clock and the device's agree, and nothing is taken on trust (K1, K4). */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { byHash, type SignedBytes } from "../../../../chat/browser/core/chain.ts";
import { type Bytes, b64, digest } from "../../../../chat/browser/core/encoding.ts";
import { writeSigned } from "../../../../chat/browser/core/entry.ts";
import { Unreachable, VerificationError } from "../../../../chat/browser/core/errors.ts";
import type { Freshness, Welcome } from "../../../../chat/browser/core/messages.ts";
import { Standing, wrongClock } from "../../../../chat/browser/core/standing.ts";
import { Trust } from "../../../../chat/browser/core/trust.ts";
import { Organisation, type Person } from "./organisation.ts";

const NOW = 1_800_000_000;
const ORIGIN = "https://chat.example";
const random = (): Bytes => crypto.getRandomValues(new Uint8Array(32));

async function anOrganisation(): Promise<{ organisation: Organisation; cleo: Person }> {
  const organisation = await Organisation.found("varsam", NOW, random);
  const cleo = await organisation.hires("Cleo", "coordinator");
  await organisation.lists([cleo], [cleo]);
  await organisation.states(cleo);
  return { organisation, cleo };
}

function welcomeOf({ root }: Organisation, realm: Welcome["realm"] = "varsam"): Welcome {
  return { type: "welcome", now: NOW, realm, root: b64(root) };
}

async function freshnessOf(organisation: Organisation, cleo: Person): Promise<Freshness> {
  const roster = organisation.rosters.at(-1) as SignedBytes;
  return {
    type: "freshness",
    roster: b64(await digest(roster.doc)),
    fresh: writeSigned(organisation.statements.at(-1) as SignedBytes),
    signer: b64(cleo.hash),
    documents: [organisation.registrarDocument, cleo.certificate].map(writeSigned),
  };
}

/** The service's answer to every request for a roster. */
function answers(t: TestContext, answer: () => Response): void {
  t.mock.method(globalThis, "fetch", async () => answer());
}

function rosterFile(organisation: Organisation, roster: SignedBytes): Response {
  const documents = [organisation.rootDocument, organisation.registrarDocument].map(writeSigned);
  const file = { roster: writeSigned(roster), registrar: b64(organisation.registrar), documents };
  return new Response(JSON.stringify(file));
}

function refusedAt(step: string): (error: unknown) => boolean {
  return (error) => error instanceof VerificationError && error.step === step;
}

test("a service of another organisation is refused", async () => {
  const [{ organisation }, { organisation: other }] = [await anOrganisation(), await anOrganisation()];
  const pinned = { root: b64(organisation.root), origin: ORIGIN };
  assert.throws(() => Standing.of(welcomeOf(other), pinned, () => NOW), refusedAt("K1"));
});

test("a demo is refused where production is expected", async () => {
  const { organisation } = await anOrganisation();
  const pinned = { root: b64(organisation.root), origin: ORIGIN, realm: "varsam" as const };
  const welcome = welcomeOf(organisation, "varsam-demo");
  assert.throws(() => Standing.of(welcome, pinned, () => NOW), refusedAt("K1"));
});

test("roster and freshness are fetched, verified and in force", async (t) => {
  const { organisation, cleo } = await anOrganisation();
  answers(t, () => rosterFile(organisation, organisation.rosters[0] as SignedBytes));
  const standing = Standing.of(
    welcomeOf(organisation),
    { root: b64(organisation.root), origin: ORIGIN },
    () => NOW,
  );
  assert.equal(standing.fresh, false);
  await standing.take(await freshnessOf(organisation, cleo));
  assert.equal(standing.fresh, true);
  assert.equal(standing.trust.counts(cleo.hash), true);
});

test("a demo's documents do not count in production", async (t) => {
  const organisation = await Organisation.found("varsam-demo", NOW, random);
  const cleo = await organisation.hires("Cleo", "coordinator");
  const roster = await organisation.lists([cleo], [cleo]);
  await organisation.states(cleo);
  answers(t, () => rosterFile(organisation, roster));
  const standing = Standing.of(
    welcomeOf(organisation),
    { root: b64(organisation.root), origin: ORIGIN },
    () => NOW,
  );
  await assert.rejects(standing.take(await freshnessOf(organisation, cleo)), refusedAt("Suite"));
});

test("another roster than the one that was asked for is refused", async (t) => {
  const { organisation, cleo } = await anOrganisation();
  const freshness = await freshnessOf(organisation, cleo);
  const other = await organisation.lists([cleo], [cleo]);
  answers(t, () => rosterFile(organisation, other));
  const standing = Standing.of(
    welcomeOf(organisation),
    { root: b64(organisation.root), origin: ORIGIN },
    () => NOW,
  );
  await assert.rejects(standing.take(freshness), refusedAt("K4"));
  assert.equal(standing.fresh, false);
});

test("a roster that cannot be fetched refuses nothing and lets nobody in", async (t) => {
  const { organisation, cleo } = await anOrganisation();
  answers(t, () => new Response("busy", { status: 503 }));
  const standing = Standing.of(
    welcomeOf(organisation),
    { root: b64(organisation.root), origin: ORIGIN },
    () => NOW,
  );
  await assert.rejects(standing.take(await freshnessOf(organisation, cleo)), Unreachable);
  assert.equal(standing.fresh, false);
});

test("a roster that an announcement names and that the service never had is a lie, and no lost connection", async (t) => {
  const { organisation, cleo } = await anOrganisation();
  answers(t, () => rosterFile(organisation, organisation.rosters[0] as SignedBytes));
  const standing = Standing.of(
    welcomeOf(organisation),
    { root: b64(organisation.root), origin: ORIGIN },
    () => NOW,
  );
  await standing.take(await freshnessOf(organisation, cleo));
  answers(t, () => new Response("", { status: 404 }));
  await assert.rejects(standing.know(random()), refusedAt("K4"));
  answers(t, () => new Response("", { status: 503 }));
  await assert.rejects(standing.know(random()), Unreachable);
  await standing.know(await digest((organisation.rosters[0] as SignedBytes).doc));
});

test("whoever is revoked counts no more", async (t) => {
  const { organisation, cleo } = await anOrganisation();
  const amina = await organisation.hires("Amina", "counsellor");
  const roster = await organisation.lists([cleo, amina], [cleo]);
  answers(t, () => rosterFile(organisation, roster));
  const standing = Standing.of(
    welcomeOf(organisation),
    { root: b64(organisation.root), origin: ORIGIN },
    () => NOW,
  );
  await organisation.states(cleo);
  await standing.take(await freshnessOf(organisation, cleo));
  assert.equal(standing.trust.counts(amina.hash), true);
  await organisation.states(cleo, [amina]);
  await standing.take(await freshnessOf(organisation, cleo));
  assert.equal(standing.trust.counts(amina.hash), false);
});

test("clocks more than an hour apart are told with both numbers", () => {
  assert.equal(wrongClock(NOW, NOW + 3_600), null);
  assert.deepEqual(wrongClock(NOW, NOW + 3_601), {
    code: "wrong-clock",
    numbers: { device: NOW + 3_601, service: NOW },
  });
});

test("a roster that the one known after it does not follow is an alarm", async () => {
  const { organisation, cleo } = await anOrganisation();
  const [first, second, third] = [
    organisation.rosters[0] as SignedBytes,
    await organisation.lists([cleo], [cleo]),
    await organisation.lists([], []),
  ];
  const fork = await organisation.forks(second, [cleo]);
  const trust = new Trust("varsam", organisation.root);
  const documents = await byHash(organisation.papers(cleo));
  await trust.takeRoster(first, organisation.registrar, documents, NOW);
  await trust.knowRoster(third, organisation.registrar, documents, NOW);
  await assert.rejects(trust.takeRoster(fork, organisation.registrar, documents, NOW), refusedAt("K4"));
  assert.equal(await trust.takeRoster(second, organisation.registrar, documents, NOW), true);
});
