import type { Observer } from '../../src/inference/observer.ts';

/**
 * Ends the worker it looks on in when it sees the request `die`, as near to a crash as a thread can be brought;
 * `throw` leaves an error that nobody catches.
 */
export function createObserver(): Observer {
  return {
    observe(served) {
      if (served.id === 'die') process.exit(1);
      if (served.id === 'throw') {
        queueMicrotask(() => {
          throw new Error('nobody catches this');
        });
      }
      return null;
    },
  };
}
