/** A WebSocket as a way to the service: one text is one message. */

import type { Read } from "./inbox.ts";
import { MESSAGE_BYTES, SUBPROTOCOL } from "./messages.ts";
import type { OpenWay } from "./way.ts";

const NORMAL = 1000;
/** A long queue's desk is the longest. */
const MOST = 4 * MESSAGE_BYTES;

/** `url` begins with http: or https:. */
export function bySocket(url: string, read: Read): OpenWay {
  return (hearing) => {
    const socket = attempt(url.replace(/^http/, "ws"));
    if (!socket) return null;
    socket.onmessage = ({ data }) => {
      const message = typeof data === "string" && data.length <= MOST ? read(data) : null;
      if (message) hearing.came(message);
      else hearing.closed(0);
    };
    socket.onclose = ({ code }) => hearing.closed(code);
    return {
      send(message) {
        if (socket.readyState !== WebSocket.OPEN) return false;
        socket.send(JSON.stringify(message));
        return true;
      },
      close: () => socket.close(NORMAL),
    };
  };
}

function attempt(url: string): WebSocket | null {
  try {
    return new WebSocket(url, SUBPROTOCOL);
  } catch {
    return null;
  }
}
