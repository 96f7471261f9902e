import { type MessagePort, parentPort } from 'node:worker_threads';
import { logPlacement } from '../../src/log/open-comparison-log.ts';
import { placeThread } from '../../src/threads/place-thread.ts';

/** Takes ports, and everything that is posted on them, and keeps nothing. */
placeThread(logPlacement);
parentPort!.on('message', (port: MessagePort) => {
  port.on('message', () => {});
});
