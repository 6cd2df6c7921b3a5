/**
 * Runs in a municipality's page. Before the click: it turns the link into a button, asks nothing from the network, stores
 * nothing, and leaves the page alone (Trace 2). At the click it opens the panel.
 */

import { Launcher } from "./launcher.ts";
import { Panel } from "./panel.ts";
import { readSettings, type Settings } from "./settings.ts";

function launch(settings: Settings): void {
  let open = false;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-varsam]")) {
    // The snippet stands twice on some pages.
    if (link.hidden) continue;
    const launcher = new Launcher(link, () => {
      if (open) return;
      open = true;
      new Panel(settings, launcher.name, {
        onFail: (focused) => launcher.giveBack(focused),
        onClose() {
          open = false;
          launcher.focus();
        },
      });
    });
  }
}

if (document.currentScript instanceof HTMLScriptElement) {
  const settings = readSettings(document.currentScript);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => launch(settings));
  else launch(settings);
}
