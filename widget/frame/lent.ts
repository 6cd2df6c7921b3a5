/**
 * What parts use of the first bundle, instead of carrying it again: a part that imports one of these modules gets what stands
 * here, and the build fails where a part needs a name that does not. Every name costs everybody bytes.
 */

export { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
export { Fragment, jsx, jsxs } from "preact/jsx-runtime";
export { Veil } from "../../chat/browser/core/veil.ts";
export { Alarm } from "../../chat/browser/ui/alarm.tsx";
export { clock, fetchCatalogue, filled, has, language, learn, t } from "../../chat/browser/ui/catalogue.ts";
export { Dialog } from "../../chat/browser/ui/dialog.tsx";
export { adopt } from "../../chat/browser/ui/sheets.ts";
export { follow, signal } from "../../chat/browser/ui/signal.ts";
export { entrance } from "./numbers.ts";
export { Heading } from "./views/heading.tsx";
export { Numbers } from "./views/numbers.tsx";
export { Said } from "./views/said.tsx";
