/** Turns: what takes long is done in slices, and between two of them whatever else the page has to do comes first (Leave 3). */

/** Until what was waiting has had its turn: a press, the clock, a frame. A timer would wait 4 ms each time; this does not. */
export function turn(): Promise<void> {
  return new Promise((next) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      next();
    };
    port2.postMessage(null);
  });
}
