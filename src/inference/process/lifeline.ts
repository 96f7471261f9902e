import { Worker } from 'node:worker_threads';
import { lifelineDescriptor } from './message.ts';

/**
 * Runs in a thread of its own, since the main thread of the process blocks while a model runs and could not
 * see the pipe break. Plain JavaScript in a string: a file would make this thread load a TypeScript compiler.
 * What is an error of a pipe is followed by its close.
 */
const watcher = `
  const { Socket } = require('node:net');
  const lifeline = new Socket({ fd: ${lifelineDescriptor}, readable: true, writable: false });
  lifeline.on('error', () => {});
  lifeline.on('close', () => process.kill(process.pid, 'SIGKILL'));
  lifeline.resume();
`;

/**
 * Ends this process as soon as the one that started it is gone, also by SIGKILL and also in the middle of a
 * run. (The kernel's PR_SET_PDEATHSIG is bound to the thread that forked, not to its process.)
 */
export function holdLifeline(): void {
  new Worker(watcher, { eval: true, name: 'lifeline', stdin: false }).unref();
}
