/** Carries out the cases of tests/vectors/callback.json (steps C and W) through the core itself. */

import {
  openVersion,
  parseAsk,
  parseVersion,
  type Version,
  windowsBytes,
} from "../../../../chat/browser/core/callback.ts";
import { parseCard, parseNumber } from "../../../../chat/browser/core/callback-card.ts";
import { callbackSecrets, openCallbackBlob } from "../../../../chat/browser/core/callback-code.ts";
import { openNote } from "../../../../chat/browser/core/callback-notes.ts";
import { openPart, type Part, teamOf } from "../../../../chat/browser/core/callback-parts.ts";
import { byHash, type SignedBytes } from "../../../../chat/browser/core/chain.ts";
import { type Bytes, b64, type Realm, unb64 } from "../../../../chat/browser/core/encoding.ts";
import { openShare, openTeam, parseTeam } from "../../../../chat/browser/core/team.ts";
import { Trust } from "../../../../chat/browser/core/trust.ts";
import { verifyWork } from "../../../../chat/browser/core/work.ts";
import type { Fields, Json } from "./checker.ts";
import { pairOf } from "./seeds.ts";

type TrustStep = (trust: Trust, step: Fields) => Promise<Json>;

/** `take`: carries out one step of a chain of trust. */
export function callbackOperations(take: TrustStep): Record<string, (f: Fields) => Promise<Json>> {
  return {
    callback: async (f) => versionFields(parseVersion(realm(f), bytes(f, "doc"))),
    "callback-signed": async (f) =>
      versionFields(await openVersion(realm(f), signed(f), bytes(f, "key"), bytes(f, "sealed"))),
    "callback-ask": async (f) => {
      const { id, what } = parseAsk(realm(f), bytes(f, "doc"));
      return { id: b64(id), what };
    },
    "callback-card": async (f) => {
      const version = parseVersion(realm(f), bytes(f, "doc"));
      const card = parseCard(realm(f), await opened(f, version, "card"), version);
      return {
        windows: b64(windowsBytes(card.windows)),
        zone: card.zone,
        who: card.who,
        answer: card.answer,
        cover: card.cover,
        own_words: card.own,
        our_word: card.word,
        not_free_word: card.notFree,
        text_message: card.text,
        voicemail: card.voicemail,
        language: card.language,
        caller: card.caller,
        entrance: card.entrance,
      };
    },
    "callback-number": async (f) => {
      const version = parseVersion(realm(f), bytes(f, "doc"));
      return parseNumber(realm(f), await opened(f, version, "number"));
    },
    "callback-code": async (f) => {
      const words = f.words as readonly string[];
      const secrets = await callbackSecrets(realm(f), bytes(f, "root"), f.version as string, words);
      return { locator: b64(secrets.locator), key: b64(secrets.key) };
    },
    "callback-blob": async (f) =>
      b64((await openCallbackBlob(realm(f), bytes(f, "key"), bytes(f, "sealed"))).scalar),
    team: async (f) => {
      const trust = new Trust(realm(f), bytes(f, "root"));
      for (const step of f.trust as readonly Fields[]) await take(trust, step);
      const documents = await byHash((f.documents as readonly Fields[]).map(signed));
      const now = f.now as number;
      return b64((await openTeam(trust, signed(f.team as Fields), bytes(f, "signer"), documents, now)).hash);
    },
    "team-share": async (f) => {
      const team = await parseTeam(realm(f), null, bytes(f, "team"));
      await openShare(realm(f), team, await pairOf(bytes(f, "seed")), bytes(f, "sealed"));
      return null;
    },
    "callback-note": async (f) => {
      const { privateKey } = await pairOf(bytes(f, "seed"));
      const [team, about] = [bytes(f, "hash"), bytes(f, "about")];
      return { ...(await openNote(realm(f), team, privateKey, bytes(f, "sealed"), about)) };
    },
    work: async (f) => {
      const [challenge, body, target] = [bytes(f, "challenge"), bytes(f, "body"), bytes(f, "target")];
      const task = { purpose: f.purpose as string, challenge, body, target };
      return b64(await verifyWork(realm(f), task, f.n as number));
    },
  };
}

async function opened(f: Fields, { id, version }: Version, part: Part): Promise<Bytes> {
  const sealed = bytes(f, "sealed");
  const whose = { realm: realm(f), id, version, team: teamOf(realm(f), sealed) };
  const { privateKey } = await pairOf(bytes(f, "seed"));
  return openPart(whose, part, privateKey, sealed, bytes(f, "half"));
}

function versionFields(version: Version): Json {
  return {
    id: b64(version.id),
    number: version.version,
    sealed: b64(version.sealed),
    windows: version.windows.map(({ start, end }) => [start, end]),
    language: version.language,
    expiry: version.expiry,
    queue: version.queue,
  };
}

function signed(f: Fields): SignedBytes {
  return { doc: bytes(f, "doc"), sig: bytes(f, "sig") };
}

function realm(f: Fields): Realm {
  return f.realm as Realm;
}

function bytes(f: Fields, name: string): Bytes {
  return unb64(f[name] as string);
}
