/** Work that waits its turn: one step of a conversation is over before the next begins, though each may wait. */

export class Serial {
  private last: Promise<unknown> = Promise.resolve();
  /** Steps that wait or run. */
  waiting = 0;

  /** Runs after everything before it; `failed` gets what it raises, and the next goes on. */
  run(work: () => Promise<void>, failed: (error: unknown) => void): void {
    this.waiting += 1;
    this.last = this.last
      .then(work)
      .catch(failed)
      .finally(() => {
        this.waiting -= 1;
      });
  }
}
