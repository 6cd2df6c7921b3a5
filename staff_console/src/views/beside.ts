/** PURE. How many conversations stand beside each other, and which: arithmetic on widths, no DOM. */

/** All in rem, so that a larger text size means fewer columns. */
const QUEUE_REM = 18;
const CONVERSATION_REM = 20;

export interface Layout {
  /** The queue keeps its own column; otherwise it takes turns with the conversations. */
  readonly queueBeside: boolean;
  /** How many conversations have room at once, at least 1. */
  readonly columns: number;
}

/** Lay out a stage that is `width` rem wide. */
export function layout(width: number): Layout {
  const queueBeside = width >= QUEUE_REM + CONVERSATION_REM;
  const room = queueBeside ? width - QUEUE_REM : width;
  return { queueBeside, columns: Math.max(1, Math.floor(room / CONVERSATION_REM)) };
}

/** The first of `columns` neighbours to show so that `current` is among them, moving as little as possible from `first`. */
export function firstShown(first: number, current: number, columns: number, count: number): number {
  const least = Math.max(0, current - columns + 1);
  const most = Math.max(0, Math.min(current, count - columns));
  return Math.min(Math.max(first, least), most);
}
