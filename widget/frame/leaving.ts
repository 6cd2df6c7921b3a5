/**
 * Away from this page, in an instant (Leave 3): first a blank cover, then the navigation, and beside it the wiping. Where
 * only the loader can leave, and does not answer, the cover carries the link.
 */

import { t } from "../../chat/browser/ui/catalogue.ts";

const LOADER_MS = 100;

export interface Leaving {
  /** The service's `/leave`. */
  readonly address: string;
  leave(): void;
  /** Somebody else leaves; nothing may stand here any more. */
  cover(): void;
}

interface LeavingParts {
  origin: string;
  embedded: boolean;
  /** Drop keys, empty the screen, tell the server. */
  wipe(): void;
  tellLoader(): void;
}

export function makeLeaving({ origin, embedded, wipe, tellLoader }: LeavingParts): Leaving {
  const address = `${origin}/leave`;
  let covered = false;
  const cover = () => {
    if (covered) return;
    covered = true;
    const blank = document.createElement("div");
    blank.className = "cover";
    document.body.append(blank);
    setTimeout(() => blank.append(makeLink(address)), LOADER_MS);
    setTimeout(wipe);
  };
  const leave = () => {
    cover();
    if (embedded) tellLoader();
    navigate(address);
  };
  return { address, leave, cover };
}

/** Replaces the top page, so that Back does not lead here. In a frame only a person's press allows it. */
function navigate(address: string): void {
  const pressed = (navigator as { userActivation?: UserActivation }).userActivation?.isActive ?? true;
  if (window.top !== window && !pressed) return;
  try {
    (window.top ?? window).location.replace(address);
  } catch {
    // The loader leaves, or the link on the cover does.
  }
}

function makeLink(address: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.className = "leave";
  link.href = address;
  link.target = "_top";
  link.rel = "noreferrer";
  link.textContent = t("loader.leave");
  return link;
}
