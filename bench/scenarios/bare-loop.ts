import { startBenchServer } from '../run-scenario.ts';
import type { BareLoopOptions } from '../servers/bare-loop.ts';
import type { Side } from '../suite/interleave.ts';

export interface BareLoop extends AsyncDisposable {
  readonly side: Side;
}

/** A loop on a session in a process of its own, as a side that is measured in turn with a server. */
export async function startBareLoop(options: BareLoopOptions): Promise<BareLoop> {
  const server = await startBenchServer('./servers/bare-loop.ts', JSON.stringify(options));
  return {
    side: {
      ...{ subject: 'bare loop', x: null, batchSize: options.batchSize, watched: null },
      loop: { kind: 'closed', concurrency: 1 },
      async measure(_bench, seconds) {
        const began = performance.now();
        const response = await fetch(`${server.url}/?seconds=${seconds}`, { method: 'POST' });
        const milliseconds = new Float64Array(await response.arrayBuffer());
        const spent = (performance.now() - began) / 1000;
        const nothing = { errors: {}, waiting: 0, unansweredMilliseconds: new Float64Array() };
        const generator = { utilization: 0, delayP99Milliseconds: 0 };
        const slice = { ...nothing, milliseconds, due: milliseconds.length, seconds: spent, generator };
        return { slice, rest: [] };
      },
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
