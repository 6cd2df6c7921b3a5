/** The shared style sheets in the order in which they build on each other; a front end adds its own after them. */

import alarm from "./alarm.css";
import colours from "./colours.css";
import composer from "./composer.css";
import dialog from "./dialog.css";
import elements from "./elements.css";
import languageSwitch from "./language-switch.css";
import log from "./log.css";
import members from "./members.css";
import surfaces from "./surfaces.css";
import tokens from "./tokens.css";

export const SHARED_STYLES: readonly string[] = [
  colours,
  surfaces,
  tokens,
  elements,
  alarm,
  composer,
  dialog,
  languageSwitch,
  log,
  members,
];
