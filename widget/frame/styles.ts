/** The frame's own style sheets, after the shared ones. */

import app from "./views/app.css";
import bar from "./views/bar.css";
import cover from "./views/cover.css";
import languages from "./views/languages.css";
import large from "./views/large.css";
import screen from "./views/screen.css";
import start from "./views/start.css";
import talk from "./views/talk.css";

export const FRAME_STYLES: readonly string[] = [app, bar, cover, languages, screen, start, talk, large];
