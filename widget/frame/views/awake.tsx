/** *Keep my screen on while I wait* (Trace 6): never unasked, and no longer than the queue is on the screen. */

import { useEffect, useState } from "preact/hooks";
import { say } from "../part-words.ts";

type State = "off" | "on" | "refused";

export function Awake() {
  const [state, set] = useState<State>("off");
  const on = state === "on";
  useEffect(() => {
    if (!on) return;
    let lock: Promise<WakeLockSentinel | undefined>;
    // A page that was hidden has lost it.
    const ask = () => {
      if (!document.hidden) lock = navigator.wakeLock.request("screen").catch(() => void set("refused"));
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      document.removeEventListener("visibilitychange", ask);
      lock.then((given) => given?.release());
    };
  }, [on]);
  return (
    navigator.wakeLock && (
      <>
        <button type="button" class="entrance" aria-pressed={on} onClick={() => set(on ? "off" : "on")}>
          {say("awake")}
        </button>
        <p role="status">{state === "refused" && say("asleep")}</p>
      </>
    )
  );
}
