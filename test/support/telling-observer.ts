import type { MessagePort } from 'node:worker_threads';
import type { Observer } from '../../src/inference/observer.ts';

/** Tells the id of each request it sees. */
export function createObserver({ port }: { readonly port: MessagePort }): Observer {
  return {
    observe(served) {
      port.postMessage(served.id);
      return null;
    },
  };
}
