/**
 * Socket.IO with its Redis Streams adapter: who joins a room gets what is emitted to it, on whatever process; what was emitted
 * stays in a stream for a while. Run as a process: `node server.mjs PORT SOCKET`, the store's unix socket.
 */

import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const SILENT_MILLISECONDS = 3_600_000; // between pings: none falls into a measurement

const [port, path] = process.argv.slice(2);
const store = createClient({ socket: { path, tls: false } });
await store.connect();
const http = createServer((_, response) => response.writeHead(204).end());
const server = new Server(http, {
  adapter: createAdapter(store),
  transports: ["websocket"],
  perMessageDeflate: false,
  pingInterval: SILENT_MILLISECONDS,
});

server.on("connection", (socket) => {
  socket.on("join", (room) => {
    socket.data.room = room;
    socket.join(room);
    socket.emit("joined");
  });
  socket.on("say", (text) => server.to(socket.data.room).emit("said", text));
});

http.listen(Number(port), "127.0.0.1");
