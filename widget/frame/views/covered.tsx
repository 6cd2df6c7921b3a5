/**
 * A blank page (Leave 9): the way out, and four quarters without a word. To keyboard and screen reader they are buttons 1
 * to 4; nothing tells what is behind.
 */

import { type Cover, QUARTERS } from "../cover.ts";
import type { Leaving } from "../leaving.ts";
import type { Settings } from "../settings.ts";
import { LeaveLink } from "./bar.tsx";
import { ShiftProgress } from "./shifts.tsx";

interface CoveredProps {
  cover: Cover;
  leaving: Leaving;
  settings: Settings;
}

export function Covered({ cover, leaving, settings }: CoveredProps) {
  return (
    <div class="covered">
      {!settings.embedded && (
        <header class="bar">
          <LeaveLink leaving={leaving} embedded={false} />
        </header>
      )}
      <ShiftProgress />
      <main class="quarters">
        <h1 tabIndex={-1} class="visually-hidden">
          {new URL(settings.origin).hostname}
        </h1>
        {QUARTERS.map((quarter) => (
          <button
            key={quarter}
            type="button"
            class="quarter"
            aria-label={`${quarter}`}
            onClick={() => cover.press(quarter)}
          />
        ))}
      </main>
    </div>
  );
}
