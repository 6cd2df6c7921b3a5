/** When the page may have slept, or the network was gone: the moments at which a link is tried at once. */

/** Calls `awake` at each; the answer ends that. */
export function onWake(awake: () => void): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  addEventListener("online", awake, { signal });
  addEventListener("pageshow", awake, { signal });
  const look = () => document.visibilityState === "visible" && awake();
  document.addEventListener("visibilitychange", look, { signal });
  return () => ended.abort();
}
