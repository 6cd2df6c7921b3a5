/**
 * The return code, asked for when somebody wants one or has one (`parts.ts`). The one file of its screens that knows the core:
 * it hands them verbs.
 */

import { alarmOf } from "../../../chat/browser/core/alarms.ts";
import { findTrail, goesOn, makeCode } from "../../../chat/browser/core/coming-back.ts";
import { Unreachable } from "../../../chat/browser/core/errors.ts";
import type { Visitor } from "../../../chat/browser/core/visitor.ts";
import { language } from "../../../chat/browser/ui/catalogue.ts";
import { adopt } from "../../../chat/browser/ui/sheets.ts";
import { CodeFault, DIGIT_LIST, drawDigits, drawWords, isOfWords, readCode } from "../returning/code.ts";
import { ComeBack as ComeBackScreen } from "../returning/come-back.tsx";
import { GetCode as GetCodeDialog } from "../returning/get-code.tsx";
import { fetchList, fetchLists } from "../returning/lists.ts";
import { speakHere } from "../returning/own-words.ts";
import style from "../returning/returning.css";
import { Told, type Verbs } from "../returning/verbs.ts";
import type { Session } from "../session.ts";
import type { Settings } from "../settings.ts";

/** What lies under a code is for this page alone for a while, also when it asks again (R2). */
const TAG = random(32);

let dressed = false;

/** Before anything of it is shown. Rejects when its words do not come. */
export async function prepare(origin: string): Promise<void> {
  await speakHere(origin);
  if (!dressed) adopt(document, style);
  dressed = true;
}

interface Shown {
  session: Session;
  settings: Settings;
  onClose(): void;
}

export function ComeBack(shown: Shown) {
  return <ComeBackScreen verbs={verbs(shown)} onClose={shown.onClose} />;
}

export function GetCode(shown: Shown) {
  const had = Boolean(shown.session.visitor?.returns.knows);
  return <GetCodeDialog verbs={verbs(shown)} had={had} onClose={shown.onClose} />;
}

function verbs({ session, settings: { origin, root, demo } }: Shown): Verbs {
  return {
    make: (kind) =>
      told(async () => {
        const code =
          kind === DIGIT_LIST ? drawDigits(random) : drawWords(await fetchList(origin, kind), random);
        const { visitor } = session;
        if (visitor) await makeCode(visitor as Visitor, code);
        return code;
      }),
    comeBack: (typed) =>
      told(async () => {
        const lists = isOfWords(typed) ? await fetchLists(origin, language.value?.tag ?? "") : [];
        const where = { origin, root, ...(demo ? { realm: "varsam-demo" as const } : {}) };
        const trail = await findTrail(where, readCode(typed, lists), TAG);
        session.start(null, (visitor) => goesOn(visitor as Visitor, trail));
      }),
  };
}

/** The network's own errors say no more than that nothing came. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodeFault) throw error;
    const unreached = [Unreachable, TypeError, DOMException].some((kind) => error instanceof kind);
    throw new Told(unreached ? { code: "offline" } : alarmOf(error));
  }
}

function random(size: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}
