/**
 * The one port between loader and frame. Only our own frame gets its other end, nothing secret travels on it, and what
 * comes is taken only in the few shapes there are.
 */

const WORDS_LENGTH = 60;

/** What the frame says. */
export interface Heard {
  /** It stands and shows its words: for the first time, or again. */
  alive(): void;
  leave(): void;
  close(): void;
  shift(n: number): void;
  /** *Someone came in*: it is blank, until it says that it shows its words again. */
  cover(): void;
  words(words: Words): void;
}

/** Of the language on the screen. `tab` is empty once a conversation was begun: another tab would not go on with it. */
export type Words = Readonly<Record<"leave" | "progress" | "hint" | "tab", string>>;

export type Say = { t: "open" } | { t: "leave" } | { t: "shift"; n: number };

export interface Wire {
  /** Whether the frame's script has run. */
  ready(): boolean;
  say(what: Say): void;
}

/** Until `signal` aborts: wait for the frame's script to run (`onReady`), and give it its port. */
export function listen(
  frame: HTMLIFrameElement,
  onReady: () => void,
  heard: Heard,
  signal: AbortSignal,
): Wire {
  let port: MessagePort | undefined;
  const ready = ({ source, data }: MessageEvent) => {
    const target = frame.contentWindow;
    if (port || !target || source !== target || data !== "varsam:ready") return;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = (event) => dispatch(event.data, heard);
    // A sandbox has no origin that could be named; the other end goes to this one window.
    target.postMessage("varsam:port", "*", [channel.port2]);
    port.postMessage({ t: "open" });
    onReady();
  };
  addEventListener("message", ready, { signal });
  signal.addEventListener("abort", () => port?.close());
  return { ready: () => !!port, say: (what) => port?.postMessage(what) };
}

function dispatch(data: unknown, heard: Heard): void {
  const { t, n, leave, progress, hint, tab } = Object(data) as Record<string, unknown>;
  if (t === "alive" || t === "leave" || t === "close" || t === "cover") heard[t]();
  else if (t === "shift" && [0, 1, 2].includes(n as number)) heard.shift(n as number);
  else if (t === "words" && leave && [leave, progress, hint, tab].every(isShort)) heard.words(data as Words);
}

function isShort(words: unknown): boolean {
  return typeof words === "string" && words.length <= WORDS_LENGTH;
}
