import type { MessagePort } from 'node:worker_threads';
import type { Observer } from '../../../src/inference/observer.ts';

interface Options {
  readonly seen: MessagePort;
  readonly alsoSeen?: MessagePort;
  readonly prefix?: string;
}

const held: unknown[] = [];
const doings: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(3),
  abort: () => process.abort(),
  throw: () => {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
  },
  /** As native code that never returns. */
  hang: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  heap: () => {
    for (;;) held.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
  },
  memory: () => {
    for (;;) {
      held.push(Buffer.alloc(16 * 1024 * 1024, 1));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  },
};

/** Tells two ports what it saw, then does to its process what the request's id says. */
export function createObserver({ seen, alsoSeen, prefix = '' }: Options): Observer {
  return {
    observe({ id }) {
      seen.postMessage({ saw: `${prefix}${id}` });
      alsoSeen?.postMessage(new Map([[id, Float16Array.of(0.5)]]));
      doings[id]?.();
      return null;
    },
  };
}
