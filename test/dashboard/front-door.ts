import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An address that stays while the server behind it comes and goes. */
export interface FrontDoor extends AsyncDisposable {
  readonly url: string;
  /** Null for nobody: connections are cut, as those of a server that died are. */
  leadTo(url: string | null): void;
}

/** Answers by itself, or returns false to pass the request on. */
export type Instead = (request: IncomingMessage, response: ServerResponse) => boolean;

export async function openFrontDoor(url: string, instead: Instead = () => false): Promise<FrontDoor> {
  let target: string | null = url;
  const sockets = new Set<Socket>();
  const door = createServer((incoming, outgoing) => {
    if (target === null) {
      incoming.socket.destroy();
      return;
    }
    if (instead(incoming, outgoing)) return;
    const { method = 'GET', headers } = incoming;
    const onward = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  door.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    leadTo: (next) => {
      target = next;
      cut();
    },
    async [Symbol.asyncDispose]() {
      cut();
      door.close();
      await once(door, 'close');
    },
  };
}
