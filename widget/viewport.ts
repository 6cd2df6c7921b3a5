/** Keeps an element on the part of the screen that can be seen: above the on-screen keyboard (Leave 1). */

/** Fit `element`, which is fixed to the viewport, until the returned function is called. */
export function fitViewport({ style }: HTMLElement): () => void {
  const seen = window.visualViewport;
  if (!seen) return () => {};
  const fit = () => {
    // While somebody has zoomed in, the visible part is theirs to move.
    const zoomed = seen.scale > 1.01;
    style.insetBlockStart = zoomed ? "" : `${seen.offsetTop}px`;
    style.blockSize = zoomed ? "" : `${seen.height}px`;
  };
  fit();
  seen.addEventListener("resize", fit);
  seen.addEventListener("scroll", fit);
  return () => {
    seen.removeEventListener("resize", fit);
    seen.removeEventListener("scroll", fit);
  };
}
