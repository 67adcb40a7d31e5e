import { io } from "socket.io-client";
import type { AnyEvent } from "./hearing.ts";
import type { Ends, Failure, Line, Reply } from "./line.ts";

const PATIENCE_MS = 8_000;

/** Over WebSocket alone, so that no proxy has to send a screen to the same process twice. */
export function openSocket(ends: Ends): Line {
  const socket = io({ transports: ["websocket"], reconnection: false, forceNew: true, timeout: PATIENCE_MS });
  let hasEnded = false;
  const end = (code = ""): void => {
    if (hasEnded) return;
    hasEnded = true;
    socket.disconnect();
    ends.closed(code);
  };
  socket.on("connect", () => ends.opened());
  socket.on("connect_error", (refusal: Error & { data?: Failure }) => end(refusal.data?.error?.code));
  socket.on("disconnect", () => end());
  // a line that ends before it is agreed on is told of by nothing else
  socket.io.engine.on("close", () => end());
  socket.onAny((name: string, body: AnyEvent | object) => {
    if ("seq" in body) ends.heard(body);
    else ends.told(name, body);
  });
  return {
    send: <Body>(message: string, body: object) =>
      socket.timeout(PATIENCE_MS).emitWithAck(message, body) as Promise<Reply<Body>>,
    close: () => end(),
  };
}
