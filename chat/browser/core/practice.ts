/**
 * The simulated visitor of a counsellor's first day: a visitor's page of its own within the console, with keys of its own, that
 * goes the whole way through the service (K6, E5, F) and answers what is written with the next line of a list. The service
 * keeps it apart: it stands in no queue, is offered to nobody else, and is counted nowhere.
 */

import type { VisitorOptions } from "./options.ts";
import type { VisitorView } from "./view.ts";
import { Visitor } from "./visitor.ts";

/** As long as somebody thinks before they write. */
const THINKING_MS = 2_500;

export class Practice {
  private readonly visitor: Visitor;
  private next = 0;
  private heard = 0;
  private told = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `begun`: with its id, once it can be taken. */
  constructor(
    options: Omit<VisitorOptions, "onChange" | "practice">,
    private readonly lines: readonly string[],
    private readonly begun: (sid: string) => void,
  ) {
    this.visitor = new Visitor({ ...options, practice: true, onChange: (view) => this.changed(view) });
  }

  start(): void {
    this.visitor.start("self");
    this.says();
  }

  get sid(): string | null {
    return this.visitor.sid;
  }

  leave(): void {
    clearTimeout(this.timer);
    this.visitor.leave();
  }

  private changed({ phase, messages }: VisitorView): void {
    const { sid } = this;
    if (phase === "waiting" && sid && !this.told) {
      this.told = true;
      this.begun(sid);
    }
    if (phase === "ended" || phase === "refused") clearTimeout(this.timer);
    if (phase !== "talking") return;
    const heard = messages.filter(({ from }) => from !== "me" && from !== "service").length;
    if (heard <= this.heard) return;
    this.heard = heard;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.answers(), THINKING_MS);
  }

  private answers(): void {
    this.visitor.read();
    this.says();
  }

  private says(): void {
    const line = this.lines[this.next];
    this.next += 1;
    if (line) this.visitor.write(line);
  }
}
