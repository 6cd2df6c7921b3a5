/** The system's notices on the desktop. They carry the words they are given and nothing else. */

export type Allowed = "yes" | "asked" | "denied" | "unsupported";

let shown: Notification | null = null;

/** `asked`: the browser will ask the person, once something is pressed. */
export function allowed(): Allowed {
  if (!("Notification" in window)) return "unsupported";
  const { permission } = Notification;
  return permission === "granted" ? "yes" : permission === "denied" ? "denied" : "asked";
}

/** To be called where somebody presses something. */
export async function allow(): Promise<void> {
  if (allowed() === "asked") await Notification.requestPermission();
}

/** One at a time: the next takes the place of the one before. False: this browser can show none from a page. */
export function notice(words: string): boolean {
  if (allowed() !== "yes") return false;
  withdraw();
  try {
    shown = new Notification(words, { tag: "varsam", silent: true });
  } catch {
    // Chromium on Android shows notices from service workers only.
    return false;
  }
  shown.onclick = () => {
    window.focus();
    withdraw();
  };
  return true;
}

/** What it was about is taken. */
export function withdraw(): void {
  shown?.close();
  shown = null;
}
