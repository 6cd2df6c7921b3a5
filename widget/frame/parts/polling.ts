/** Long polling (S7), asked for where sockets do not come through. */

export { byPolling } from "../../../chat/browser/core/polling.ts";
