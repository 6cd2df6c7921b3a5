/**
 * Runs in a municipality's page. Before the click: it turns the link into a button, asks nothing from the network, stores
 * nothing, and leaves the page alone (Trace 2). At the click, or when the page calls `Varsam.open()`, it opens the panel.
 */

import { able } from "../able.ts";
import { type Launcher, makeLauncher } from "./launcher.ts";
import { Panel } from "./panel.ts";
import { readSettings, type Settings } from "./settings.ts";

/** What a page may ask for (docs/embedding.md); calls from before the loader was there wait in an array. */
interface Api {
  open(): void;
  close(): void;
  availability(): Promise<unknown>;
  push(call: (varsam: Api) => void): void;
}

function launch(settings: Settings): void {
  const links = document.querySelectorAll<HTMLAnchorElement>("a[data-varsam]");
  const help = able() ? "" : `${settings.origin}/help?lang=${settings.language}`;
  const page = window as { Varsam?: unknown };
  let panel: Panel | undefined;
  let first: Launcher | undefined;
  const open = (launcher?: Launcher) => {
    if (help) location.href = help;
    else
      panel ??= new Panel(settings, {
        onFail: (focused) => launcher?.giveBack(focused),
        onClose() {
          panel = undefined;
          launcher?.focus();
        },
      });
  };
  for (const link of links) {
    if (help) link.href = help;
    // The snippet stands twice on some pages.
    if (help || link.hidden) continue;
    const launcher: Launcher = makeLauncher(link, () => open(launcher));
    first ??= launcher;
  }
  const api: Api = {
    open: () => open(first),
    close: () => panel?.close(),
    async availability() {
      const address = `${settings.origin}/v1/availability.json`;
      return (await fetch(address, { referrerPolicy: "no-referrer" })).json();
    },
    push: (call) => call(api),
  };
  const early = page.Varsam;
  if (first || help) page.Varsam = api;
  if (Array.isArray(early)) early.forEach(api.push);
}

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  const settings = readSettings(script);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => launch(settings));
  else launch(settings);
}
