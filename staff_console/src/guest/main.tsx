/** The guest's page (E6): one conversation, without an account. The link's secret leaves the address at once. */

import { render } from "preact";
import type { Realm } from "../../../chat/browser/core/encoding.ts";
import { GuestPage } from "../../../chat/browser/core/guest-page.ts";
import type { GuestPageView } from "../../../chat/browser/core/view.ts";
import { adopt } from "../../../chat/browser/ui/sheets.ts";
import { signal } from "../../../chat/browser/ui/signal.ts";
import { SHARED_STYLES } from "../../../chat/browser/ui/styles.ts";
import { onWake } from "../../../chat/browser/ui/waking.ts";
import consoleStyle from "../console.css";
import conversationStyle from "../conversation.css";
import { speakLanguage } from "../views/language.tsx";
import guestStyle from "./guest.css";
import { Guest } from "./guest.tsx";

const script = document.currentScript;

async function start({ lang = "sv", root = "", demo }: DOMStringMap): Promise<void> {
  const token = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  adopt(document, ...SHARED_STYLES, consoleStyle, conversationStyle, guestStyle);
  await speakLanguage(lang);
  const realm: Realm = demo === "1" ? "varsam-demo" : "varsam";
  const page: GuestPage = new GuestPage({
    origin: location.origin,
    root,
    realm,
    token,
    onWake,
    onChange: (view) => {
      shown.value = view;
    },
  });
  const shown = signal<GuestPageView>(page.view);
  render(<Guest view={shown} commands={page} token={token} />, document.body);
}

if (script) void start(script.dataset);
