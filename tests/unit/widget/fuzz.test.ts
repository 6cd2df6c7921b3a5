/** Whatever a page around says to loader or frame is one of the few things there are, or nothing. A fixed seed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Words } from "../../../widget/loader/port.ts";

Object.assign(globalThis, {
  __LANGUAGE__: "sv",
  __CATALOGUE__: { language: { tag: "sv" } },
  __LANGUAGES__: { sv: {}, en: {} },
});
const loader = await import("../../../widget/loader/settings.ts");
const frame = await import("../../../widget/frame/settings.ts");
const { listen } = await import("../../../widget/loader/port.ts");
const { connect } = await import("../../../widget/frame/port.ts");

let state = 20261123;
/** A number below, the same every time. */
function below(limit: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function pick<T>(items: readonly T[]): T {
  return items[below(items.length)] as T;
}

const PIECES = [
  "A".repeat(43),
  "1490",
  "sv",
  "-",
  "_",
  '"',
  "<",
  ">",
  "\0",
  "\n",
  "é",
  "\u202e",
  "javascript:",
  "https://",
  "/",
];
const words = () => Array.from({ length: below(5) }, () => pick(PIECES)).join("");

test("any attributes of a script are settings of the right shape, or refused with the remedy", () => {
  for (let i = 0; i < 2_000; i++) {
    const dataset = {
      root: pick([words(), PIECES[0] as string]),
      municipality: words(),
      lang: words(),
      origin: words(),
    };
    const script = {
      src: "https://chat.example/w/0.js",
      nonce: words(),
      dataset,
    } as unknown as HTMLScriptElement;
    try {
      const read = loader.readSettings(script);
      assert.match(read.root, /^[\w-]{43}$/);
      assert.match(read.municipality, /^(\d{4})?$/);
      assert.match(read.language, /^[A-Za-z\d-]+$/);
      assert.match(read.nonce, /^[\w+/=-]*$/);
    } catch (error) {
      assert.match(String(error), /Varsam: data-root/);
    }
    try {
      const read = frame.readSettings(script);
      assert.match(read.municipality, /^(\d{4})?$/);
      assert.ok(["sv", "en"].includes(read.language));
    } catch (error) {
      assert.match(String(error), /Varsam: data-root|Invalid URL/);
    }
  }
});

// What comes over the port

const VALUES = [
  0,
  1,
  2,
  3,
  -1,
  1.5,
  Number.NaN,
  "",
  "x",
  "x".repeat(61),
  null,
  undefined,
  true,
  [],
  {},
  "constructor",
  "__proto__",
];
const TEXTS = ["", "x", "x".repeat(60), "x".repeat(61), 7];
const TYPES = [
  "alive",
  "leave",
  "close",
  "cover",
  "open",
  "shift",
  "words",
  "toString",
  "hasOwnProperty",
  "",
  null,
  0,
  {},
  [],
];

function said(): unknown {
  const [leave, progress, hint, tab] = [pick(VALUES), pick(VALUES), pick(TEXTS), pick(TEXTS)];
  const message = { t: pick(TYPES), n: pick(VALUES), leave, progress, hint, tab };
  return pick([message, message, message, pick(VALUES), [message]]);
}

/** Everything heard from one end of a port after so many values were said at the other. */
async function heardOver(say: MessagePort, times: number): Promise<void> {
  for (let i = 0; i < times; i++) say.postMessage(said());
  await new Promise((done) => setTimeout(done, 100));
  say.close();
}

class Heard {
  readonly calls: unknown[][] = [];
  private note(name: string, ...given: unknown[]): void {
    this.calls.push([name, ...given]);
  }
  alive = () => this.note("alive");
  open = () => this.note("open");
  leave = () => this.note("leave");
  close = () => this.note("close");
  cover = () => this.note("cover");
  shift = (n: number) => this.note("shift", n);
  words = ({ leave, progress, hint, tab }: Words) => this.note("words", leave, progress, hint, tab);
}

function isWellFormed([name, first, ...others]: unknown[]): boolean {
  if (name === "shift") return [0, 1, 2].includes(first as number);
  if (name === "words")
    return first !== "" && [first, ...others].every((w) => typeof w === "string" && w.length <= 60);
  return first === undefined;
}

/** The window, as far as messages go. */
function windowOf(): EventTarget {
  const target = new EventTarget();
  Object.assign(globalThis, {
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
  });
  return target;
}

test("the loader hears from the frame only what there is", async () => {
  const target = windowOf();
  const heard = new Heard();
  let port: MessagePort | undefined;
  const contentWindow = { postMessage: (_: string, __: string, [given]: MessagePort[]) => (port = given) };
  const { signal } = new AbortController();
  listen({ contentWindow } as unknown as HTMLIFrameElement, () => {}, heard, signal);
  for (const [source, data] of [
    [{}, "varsam:ready"],
    [contentWindow, "varsam:other"],
    [contentWindow, { t: "alive" }],
  ])
    target.dispatchEvent(Object.assign(new Event("message"), { source, data }));
  assert.equal(port, undefined);
  target.dispatchEvent(Object.assign(new Event("message"), { source: contentWindow, data: "varsam:ready" }));
  await heardOver(port as unknown as MessagePort, 1_000);
  assert.ok(heard.calls.length > 50);
  assert.deepEqual(
    heard.calls.filter((call) => !isWellFormed(call)),
    [],
  );
});

test("the frame hears from the loader only what there is", async () => {
  const target = windowOf();
  const heard = new Heard();
  const parent = { postMessage: () => {} };
  Object.assign(globalThis, { window: { parent } });
  connect(heard);
  const { port1, port2 } = new MessageChannel();
  target.dispatchEvent(
    Object.assign(new Event("message"), { source: {}, data: "varsam:port", ports: [port2] }),
  );
  target.dispatchEvent(
    Object.assign(new Event("message"), { source: parent, data: "varsam:port", ports: [port2] }),
  );
  await heardOver(port1, 1_000);
  assert.ok(heard.calls.length > 50);
  assert.deepEqual(
    heard.calls.filter((call) => !isWellFormed(call)),
    [],
  );
  assert.deepEqual([...new Set(heard.calls.map(([name]) => name))].sort(), ["leave", "open", "shift"]);
});
