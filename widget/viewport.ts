/** Keeps an element on the part of the screen that can be seen: above the on-screen keyboard (Leave 1). */

/** Fit `element`, which is fixed to the viewport, until `signal` aborts. */
export function fitViewport({ style }: HTMLElement, signal: AbortSignal): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const fit = () => {
    // While somebody has zoomed in, the visible part is theirs to move.
    const free = signal.aborted || seen.scale > 1.01;
    style.insetBlockStart = free ? "" : `${seen.offsetTop}px`;
    style.blockSize = free ? "" : `${seen.height}px`;
  };
  fit();
  for (const event of ["resize", "scroll"]) seen.addEventListener(event, fit, { signal });
  signal.addEventListener("abort", fit);
}
