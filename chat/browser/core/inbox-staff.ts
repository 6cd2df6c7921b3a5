/** What the service says to consoles and guests besides, read like the rest (`inbox.ts`). No visitor's page loads this. */

import { list, MESSAGES, maybe, part, reader, record, text, truth, whole } from "./inbox.ts";

const waiting = record({
  since: whole,
  language: text,
  entrance: maybe(text),
  leased: maybe(truth),
  away: maybe(truth),
  number: maybe(whole),
  other: maybe(truth),
  returned: maybe(truth),
});
/** What was told is read by the console itself (`told.ts`). */
const about = maybe(part);
const leased = {
  ref: whole,
  sid: text,
  lease: text,
  deadline: whole,
  number: maybe(whole),
  returned: maybe(truth),
  about,
};
const asked = record({ sid: text, purpose: text, by: maybe(text) });
const colleague = record({ pseudonym: text, role: text });

export const readStaffMessage = /* @__PURE__ */ reader(
  new Map([
    ...MESSAGES,
    ["desk", record({ waiting: list(waiting), length: whole, on_duty: list(text), capacity: maybe(whole) })],
    ["leased", record(leased)],
    ["member", record({ sid: text, index: whole, about, returned: maybe(truth) })],
    ["invited", record({ ref: whole, sid: text, index: whole, about, returned: maybe(truth) })],
    ["arrived", record({ sid: text, access: text, signature_key: text, hpke_key: text, proof: text })],
    ["expected", record({ sid: text })],
    ["asks", record({ asks: list(asked), colleagues: list(colleague) })],
  ]),
);
