/**
 * The visitor's chat: wires the core to the screens, in a municipality's page or on a page of its own. The only file of the
 * frame that knows the core.
 */

import { effect } from "@preact/signals";
import { render } from "preact";
import { Veil } from "../../chat/browser/core/veil.ts";
import { Visitor } from "../../chat/browser/core/visitor.ts";
import { fetchCatalogue, language, speak, t } from "../../chat/browser/ui/catalogue.ts";
import { adopt } from "../../chat/browser/ui/sheets.ts";
import { SHARED_STYLES } from "../../chat/browser/ui/styles.ts";
import { onWake } from "../../chat/browser/ui/waking.ts";
import { countShifts, PRESSES } from "../shift.ts";
import { fitViewport } from "../viewport.ts";
import { Availability } from "./availability.ts";
import { Cover } from "./cover.ts";
import { Draft } from "./draft.ts";
import { hideWhenUnseen } from "./hiding.ts";
import { makeLeaving } from "./leaving.ts";
import { paint } from "./paint.ts";
import { connect, type Say } from "./port.ts";
import { Session } from "./session.ts";
import { FIRST_LANGUAGE, readSettings } from "./settings.ts";
import { FRAME_STYLES } from "./styles.ts";
import { App } from "./views/app.tsx";
import { shiftsPressed } from "./views/shifts.tsx";

const SOON_MS = 1_000;

/** For the page's whole life. */
const { signal: forever } = new AbortController();

async function main(script: HTMLScriptElement): Promise<void> {
  const settings = readSettings(script);
  const { origin, root, embedded } = settings;
  const content = document.createElement("div");
  content.className = "app";
  const session = new Session(
    (onChange) =>
      new Visitor({
        origin,
        root,
        language: language.value?.tag ?? settings.language,
        onChange,
        beacon: (url, body) => navigator.sendBeacon(url, body),
        onWake,
      }),
  );
  const availability = new Availability(origin);
  const draft = new Draft(content, new Veil());
  const wipe = () => {
    draft.wipe();
    session.wipe();
    render(null, content);
  };
  const leaving = makeLeaving({ origin, embedded, wipe, tellLoader: () => say({ t: "leave" }) });
  const heardShifts = countShifts((n) => {
    shiftsPressed.value = n % PRESSES;
    if (n === PRESSES) leaving.leave();
    else say({ t: "shift", n });
  }, forever);
  const say: (what: Say) => void = embedded
    ? connect({ open: () => {}, leave: leaving.cover, shift: heardShifts })
    : () => {};
  const cover = new Cover({
    cover() {
      draft.hide();
      session.cover(true);
      document.title = new URL(origin).hostname;
      say({ t: "cover" });
    },
    uncover() {
      session.cover(false);
      void draft.show();
      document.title = t("visitor.title");
      say({ t: "alive" });
    },
    wipe: leaving.leave,
  });
  hideWhenUnseen(content, {
    hide() {
      draft.hide();
      session.hide();
    },
    show() {
      if (cover.on.value) return;
      session.show();
      void draft.show();
    },
    expire() {
      draft.wipe();
      session.expire();
    },
    patience: () => session.patience,
    gone: wipe,
  });
  document.addEventListener("visibilitychange", () => cover.look());

  const choose = async (tag: string) => {
    const published = __CATALOGUES__[tag];
    if (!published) return;
    speak(await fetchCatalogue(origin, published.digest));
    document.title = t("visitor.title");
  };
  // What is known soon is on the first screen; words do not wait for it.
  const known = Promise.race([availability.ask(), new Promise((soon) => setTimeout(soon, SOON_MS))]);
  effect(() => {
    if (!language.value) return;
    // Covered, the way out alone has words.
    const covered = cover.on.value;
    const tab = session.begun.value || covered ? "" : t("loader.tab");
    say({
      t: "words",
      leave: t("loader.leave"),
      progress: t("loader.progress"),
      hint: covered ? "" : t("loader.hint"),
      tab,
    });
  });
  // Drafts are not served everywhere.
  await choose(settings.language).catch(() => choose(FIRST_LANGUAGE));
  await known;
  document.documentElement.classList.toggle("embedded", embedded);
  adopt(document, ...SHARED_STYLES, ...FRAME_STYLES);
  paint(settings.accent);
  document.body.replaceChildren(content);
  fitViewport(content, forever);
  render(
    <App
      session={session}
      availability={availability}
      settings={settings}
      leaving={leaving}
      cover={cover}
      choose={choose}
      close={() => say({ t: "close" })}
    />,
    content,
  );
  say({ t: "alive" });
}

// Out of its sandbox it would have an origin, whose storage and page could be read (Trace 1).
if (origin !== "null") throw new Error("Varsam: the chat runs in its sandbox only.");
if (document.currentScript instanceof HTMLScriptElement) void main(document.currentScript);
