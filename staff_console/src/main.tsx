/**
 * The console's start: it reads what the page hands over, fetches the words, and ties the desk to its views. The only file
 * of the console that knows the core; the views see `DeskView` and `Commands`.
 */

import { signal } from "@preact/signals";
import { render } from "preact";
import { Desk } from "../../chat/browser/core/desk.ts";
import type { DeskView } from "../../chat/browser/core/view.ts";
import { adopt } from "../../chat/browser/ui/sheets.ts";
import { SHARED_STYLES } from "../../chat/browser/ui/styles.ts";
import { onWake } from "../../chat/browser/ui/waking.ts";
import consoleStyle from "./console.css";
import conversationStyle from "./conversation.css";
import signInStyle from "./sign-in.css";
import stageStyle from "./stage.css";
import { Console } from "./views/console.tsx";
import { speakLanguage } from "./views/language.tsx";

const script = document.currentScript;
/** In this tab's own storage: a page that is loaded again goes on duty again, another tab does not by itself. */
const SHIFT = "varsam.shift";

async function start({ lang = "sv", root = "", demo }: DOMStringMap): Promise<void> {
  adopt(document, ...SHARED_STYLES, consoleStyle, signInStyle, stageStyle, conversationStyle);
  await speakLanguage(lang);
  const desk: Desk = new Desk({
    origin: location.origin,
    root,
    realm: demo === "1" ? "varsam-demo" : "varsam",
    onWake,
    onChange: (view) => {
      shown.value = view;
    },
    shift: {
      wasOn: () => sessionStorage.getItem(SHIFT) !== null,
      is: (on) => (on ? sessionStorage.setItem(SHIFT, "on") : sessionStorage.removeItem(SHIFT)),
    },
  });
  const shown = signal<DeskView>(desk.view);
  // A page that may come back as it was keeps what it has.
  addEventListener("pagehide", ({ persisted }) => persisted || desk.leave());
  desk.resume();
  render(<Console desk={shown} commands={desk} />, document.body);
}

/** The words themselves are missing, so these stand here in both languages. */
function giveUp(): void {
  const main = document.createElement("main");
  for (const [lang, words] of [
    ["sv", "Sidan kunde inte hämtas. Ladda om den."],
    ["en", "The page could not be fetched. Reload it."],
  ] as const) {
    const line = document.createElement("p");
    line.lang = lang;
    line.textContent = words;
    main.append(line);
  }
  document.body.replaceChildren(main);
}

if (script) start(script.dataset).catch(giveUp);
