/**
 * The visitor's chat: wires the screens to what leaves, hides, covers and loads, in a municipality's page or on a page of its
 * own. It has only what the first screens need; the conversation comes behind them (`parts.ts`).
 */

import { render } from "preact";
import { Veil } from "../../chat/browser/core/veil.ts";
import { fetchLanguage, language, speak, t } from "../../chat/browser/ui/catalogue.ts";
import { adopt } from "../../chat/browser/ui/sheets.ts";
import { follow } from "../../chat/browser/ui/signal.ts";
import { SHARED_STYLES } from "../../chat/browser/ui/styles.ts";
import { able } from "../able.ts";
import { countShifts, PRESSES } from "../shift.ts";
import { fitViewport } from "../viewport.ts";
import { Availability } from "./availability.ts";
import { Calls } from "./calls.ts";
import { Cover } from "./cover.ts";
import { Draft } from "./draft.ts";
import { hideWhenUnseen } from "./hiding.ts";
import { makeLeaving } from "./leaving.ts";
import * as lent from "./lent.ts";
import { paint } from "./paint.ts";
import { PartLoader } from "./parts.ts";
import { connect, type Say } from "./port.ts";
import { Session } from "./session.ts";
import { readSettings } from "./settings.ts";
import { FRAME_STYLES } from "./styles.ts";
import { App } from "./views/app.tsx";
import { shiftsPressed } from "./views/shifts.tsx";

const SOON_MS = 1_000;

/** For the page's whole life. */
const { signal: forever } = new AbortController();

async function main(script: HTMLScriptElement): Promise<void> {
  const settings = readSettings(script);
  const { origin, root, embedded } = settings;
  // In a page of a municipality the loader has looked before.
  if (!able()) return location.replace(`${origin}/help?lang=${settings.language}`);
  const content = document.createElement("div");
  content.className = "app";
  const parts = new PartLoader(origin, script.nonce, lent);
  const session = new Session(
    async () => {
      const { findSlips, makeVisitor } = await parts.get("core");
      const chosen = () => language.value?.tag ?? settings.language;
      let made: ReturnType<typeof makeVisitor>;
      return {
        findSlips,
        make(onChange) {
          made = makeVisitor({ origin, root, language: chosen(), onChange });
          return made;
        },
        join: async (onChange) => (await parts.get("joining")).makeJoining(made, onChange),
      };
    },
    async () => {
      const part = await parts.get("returning");
      await part.prepare(origin);
      return part;
    },
    async () => (await parts.get("wishes")).dressed(),
  );
  const calls = new Calls(async () => {
    const { beginCall } = await parts.get("callback");
    return beginCall(settings);
  });
  const availability = new Availability(origin);
  const draft = new Draft(content, new Veil());
  const wipe = () => {
    draft.wipe();
    calls.close();
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
      calls.call.value?.hide();
      session.cover(true);
      document.title = new URL(origin).hostname;
      say({ t: "cover" });
    },
    uncover() {
      session.cover(false);
      calls.call.value?.show();
      void draft.show();
      document.title = t("visitor.title");
      say({ t: "alive" });
    },
    wipe: leaving.leave,
  });
  hideWhenUnseen(content, {
    hide() {
      draft.hide();
      calls.call.value?.hide();
      session.hide();
    },
    show() {
      if (cover.on.value) return;
      session.show();
      calls.call.value?.show();
      void draft.show();
    },
    expire() {
      draft.wipe();
      calls.close();
      session.expire();
    },
    patience: () => Math.min(session.patience, calls.patience),
    gone: wipe,
  });
  document.addEventListener("visibilitychange", () => cover.look());

  const choose = async (tag: string) => {
    if (!Object.hasOwn(__LANGUAGES__, tag)) return;
    const own = tag === __CATALOGUE__.language.tag;
    speak(own ? __CATALOGUE__ : await fetchLanguage(origin, tag));
    document.title = t("visitor.title");
  };
  // What is known soon is on the first screen; words do not wait for it.
  const known = Promise.race([availability.ask(), new Promise((soon) => setTimeout(soon, SOON_MS))]);
  let told: string;
  const tellWords = () => {
    // Covered, the way out alone has words.
    const covered = cover.on.value;
    const tab = session.begun || calls.on.value || covered ? "" : t("loader.tab");
    const hint = covered ? "" : t("loader.hint");
    const words = {
      t: "words",
      leave: t("loader.leave"),
      progress: t("loader.progress"),
      hint,
      tab,
    } as const;
    const now = JSON.stringify(words);
    if (now !== told) say(words);
    told = now;
  };
  // Drafts are not served everywhere.
  await choose(settings.language).catch(() => choose(__CATALOGUE__.language.tag));
  await known;
  if (settings.code) void calls.ask();
  document.documentElement.classList.toggle("embedded", embedded);
  adopt(document, ...SHARED_STYLES, ...FRAME_STYLES);
  paint(settings.accent);
  document.body.replaceChildren(content);
  fitViewport(content, forever);
  render(
    <App
      session={session}
      availability={availability}
      calls={calls}
      settings={settings}
      leaving={leaving}
      cover={cover}
      choose={choose}
      close={() => say({ t: "close" })}
    />,
    content,
  );
  follow(tellWords);
  say({ t: "alive" });
}

// Out of its sandbox it would have an origin, whose storage and page could be read (Trace 1).
if (origin !== "null") throw new Error("Varsam: the chat runs in its sandbox only.");
if (document.currentScript instanceof HTMLScriptElement) void main(document.currentScript);
