/**
 * The console's start: it reads what the page hands over, fetches the words, and ties the desk to its views. The only file
 * of the console that knows the core; the views see `DeskView` and `Commands`.
 */

import { render } from "preact";
import { CallbackDesk } from "../../chat/browser/core/callback-desk.ts";
import { Desk } from "../../chat/browser/core/desk.ts";
import type { Realm } from "../../chat/browser/core/encoding.ts";
import { Refused } from "../../chat/browser/core/errors.ts";
import { Office } from "../../chat/browser/core/office.ts";
import type { Given } from "../../chat/browser/core/passkeys.ts";
import type { DeskView, OfficeView } from "../../chat/browser/core/view.ts";
import cardStyle from "../../chat/browser/ui/call-card.css";
import fieldStyle from "../../chat/browser/ui/field.css";
import { adopt } from "../../chat/browser/ui/sheets.ts";
import { signal } from "../../chat/browser/ui/signal.ts";
import { SHARED_STYLES } from "../../chat/browser/ui/styles.ts";
import { onWake } from "../../chat/browser/ui/waking.ts";
import { lookOut, startAlerting } from "./alerts/alerting.ts";
import alertsStyle from "./alerts/alerts.css";
import callbacksStyle from "./callbacks/callbacks.css";
import { calls } from "./callbacks/calls.ts";
import consoleStyle from "./console.css";
import conversationStyle from "./conversation.css";
import { watchIdle } from "./idle.ts";
import joiningStyle from "./joining/joining.css";
import officeStyle from "./office/office.css";
import { createPasskey, knowsPasskeys, usePasskey } from "./passkeys.ts";
import routingStyle from "./routing.css";
import { readShift, writeShift } from "./shift/kept.ts";
import shiftStyle from "./shift/shift.css";
import signInStyle from "./sign-in.css";
import stageStyle from "./stage.css";
import { Console } from "./views/console.tsx";
import { speakLanguage } from "./views/language.tsx";
import { readMunicipalities } from "./views/municipalities.ts";

const script = document.currentScript;
/** In this tab's own storage: a page that is loaded again is on duty as before, another tab does not by itself. */
const SHIFT = "varsam.shift";

async function start({ lang = "sv", root = "", demo, municipalities }: DOMStringMap): Promise<void> {
  readMunicipalities(municipalities);
  adopt(
    document,
    ...SHARED_STYLES,
    consoleStyle,
    signInStyle,
    officeStyle,
    stageStyle,
    conversationStyle,
    alertsStyle,
    shiftStyle,
    joiningStyle,
    routingStyle,
    fieldStyle,
    cardStyle,
    callbacksStyle,
  );
  await speakLanguage(lang);
  const realm: Realm = demo === "1" ? "varsam-demo" : "varsam";
  const desk: Desk = new Desk({
    origin: location.origin,
    root,
    realm,
    onWake,
    onChange: (view) => {
      shown.value = view;
      lookOut(view);
      if (view.signedInAs !== null) callbacks.start();
    },
    onCallbacks: () => callbacks.look(),
    shift: {
      was: () => readShift(sessionStorage.getItem(SHIFT)),
      is: (shift) =>
        shift ? sessionStorage.setItem(SHIFT, writeShift(shift)) : sessionStorage.removeItem(SHIFT),
    },
    ...(demo === "1" ? {} : { signedOut: () => office?.signedOut(), locked: () => office?.isLocked() }),
  });
  const shown = signal<DeskView>(desk.view);
  const callbacks: CallbackDesk = new CallbackDesk({
    origin: location.origin,
    place: () => desk.place,
    onChange: (view) => {
      calls.value = { view, commands: callbacks };
    },
  });
  startAlerting();
  // A page that may come back as it was keeps what it has.
  addEventListener("pagehide", ({ persisted }) => persisted || desk.leave());
  const office = demo === "1" || !root ? null : openOffice(desk, root, realm);
  if (office) return render(<Console desk={shown} commands={desk} office={office.shown} />, document.body);
  desk.resume();
  render(<Console desk={shown} commands={desk} />, document.body);
}

/** An organisation's own people. The link's secret leaves the address at once: it must not stand in a history. */
function openOffice(desk: Desk, root: string, realm: Realm) {
  const invitation = new URLSearchParams(location.hash.slice(1)).get("invitation");
  if (invitation) history.replaceState(null, "", location.pathname + location.search);
  // A link that is opened in this tab changes nothing but the fragment.
  addEventListener("hashchange", () => location.reload());
  const office: Office = new Office({
    origin: location.origin,
    root,
    realm,
    invitation,
    passkeys: {
      create: (options, about) => asked(() => createPasskey(options, about)),
      get: (options, about) => asked(() => usePasskey(options, about)),
    },
    onChange: (view) => {
      shown.value = view;
    },
    onListed: (certified) => desk.enrolled(certified),
    // What was on the screen was somebody else's: the page begins anew.
    onSignedOut: () => location.reload(),
    onUnlocked: () => desk.unlocked(),
  });
  const shown = signal<OfficeView>(office.view);
  office.start();
  watchIdle(() => office.lock());
  return {
    shown: { view: shown, commands: office },
    signedOut: () => office.signedOut(),
    isLocked: () => office.isLocked(),
  };
}

async function asked(work: () => Promise<Given>): Promise<Given> {
  if (!knowsPasskeys()) throw new Refused("passkey-unsupported");
  return work().catch(() => {
    throw new Refused("passkey-cancelled");
  });
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
