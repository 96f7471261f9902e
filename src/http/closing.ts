import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { UnderstudyError } from '../errors.ts';

const sweepIntervalMs = 50;

/**
 * While the server drains, each connection is closed after its next answer. Once it is closing, requests that were taken are answered and what still comes on open connections is
 * refused. Each connection is closed when it is idle: Node closes those that are idle at that moment only, and
 * would wait for the others, and for those that never said anything, until a timeout.
 */
export function closeGracefully(app: FastifyInstance, state: { readonly isDraining: boolean }): void {
  const sockets = new Set<Socket>();
  let isClosing = false;
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const closeIdle = (): void => {
    app.server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
  app.addHook('preClose', (done) => {
    isClosing = true;
    const sweep = setInterval(closeIdle, sweepIntervalMs);
    app.server.once('close', () => clearInterval(sweep));
    done();
  });
  app.addHook('onRequest', (_request, reply, done) => {
    if (state.isDraining) reply.raw.setHeader('connection', 'close');
    if (!isClosing) done();
    else done(new UnderstudyError('SHUTTING_DOWN', 'the server is shutting down; try again in a second'));
  });
}
