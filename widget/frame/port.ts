/**
 * The frame's end of the one port to the loader. The page around it may be anybody's: what comes is taken only in three
 * shapes, and none of them reads anything.
 */

/** What the loader says. */
export interface Heard {
  /** The port is there. */
  open(): void;
  /** The page is being left. */
  leave(): void;
  shift(n: number): void;
}

export type Say =
  | { t: "alive" }
  | { t: "close" }
  | { t: "leave" }
  | { t: "shift"; n: number }
  | { t: "cover" }
  | { t: "words"; leave: string; progress: string; hint: string; tab: string };

/** Tell the loader that the script runs; what is said before the port comes is said when it does. */
export function connect(heard: Heard): (what: Say) => void {
  const early: Say[] = [];
  let port: MessagePort | undefined;
  const take = ({ source, data, ports }: MessageEvent) => {
    if (source !== window.parent || data !== "varsam:port" || !ports[0]) return;
    removeEventListener("message", take);
    port = ports[0];
    port.onmessage = (event) => dispatch(event.data, heard);
    for (const what of early.splice(0)) port.postMessage(what);
  };
  addEventListener("message", take);
  window.parent.postMessage("varsam:ready", "*");
  return (what) => {
    if (port) port.postMessage(what);
    else early.push(what);
  };
}

function dispatch(data: unknown, heard: Heard): void {
  const { t, n } = Object(data) as Record<string, unknown>;
  if (t === "open" || t === "leave") heard[t]();
  else if (t === "shift" && (n === 0 || n === 1 || n === 2)) heard.shift(n);
}
