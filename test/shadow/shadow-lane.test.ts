import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import { Lane } from '../../src/inference/lane.ts';
import type { LaneRequest } from '../../src/inference/messages/request-batch.ts';
import { Backoff } from '../../src/inference/worker/backoff.ts';
import type { TrafficCount } from '../../src/log/traffic-count.ts';
import { CircuitBreaker } from '../../src/shadow/circuit-breaker.ts';
import { LaneGuard } from '../../src/shadow/lane-guard.ts';
import { uniformRates } from '../../src/shadow/sampling-rates.ts';
import { ShadowLane } from '../../src/shadow/shadow-lane.ts';
import { TrafficLedger } from '../../src/shadow/traffic-ledger.ts';

const request: LaneRequest = {
  ...{ form: 'infer', body: new Uint8Array(), inferenceHeaderLength: null, context: null, attachment: null },
  ...{ arrivedMicroseconds: 0, arrivedMs: 7, priority: 0, deadlineMicroseconds: null, trace: null },
};
/** A shadow whose worker dies with everything that it is given; what is told of that. */
function dyingShadow() {
  const counts: TrafficCount[] = [];
  const lost: { readonly bytes: number; readonly arrivedMs: number; readonly code: string }[] = [];
  const now = (): number => performance.now();
  const guard = new LaneGuard(
    {
      ...{ count: 1, leftBehind: 0, isExhausted: false },
      start: () => ({
        replies: Promise.reject(new UnderstudyError('WORKER_DIED', 'its worker ran out of heap memory')),
        abandon: () => false,
      }),
    },
    {
      ...{ deadlineMs: 60_000, now, onChange: () => {}, onCheck: () => {}, onFailure: () => {} },
      breaker: new CircuitBreaker({
        ...{ failures: 10, now },
        backoff: new Backoff({ immediate: 0, firstDelayMs: 1, maxDelayMs: 1, random: () => 0.5, now }),
      }),
    },
  );
  const lane = new Lane(guard, {
    ...{ maxQueueSize: 10, priorityLevels: 1, defaultPriorityLevel: 1, maxBatchSize: 1 },
    ...{ maxQueueDelayMicroseconds: 0, maxWaitMicroseconds: null, onFailure: () => {} },
  });
  const ledger = new TrafficLedger(
    { model: 'fraud', primaryVersion: '7', shadowVersion: '8', role: 'shadow' },
    (handed) => counts.push(...handed),
  );
  const shadow = new ShadowLane({
    ...{ version: '8', role: 'shadow', lane, guard, ledger },
    share: { rates: uniformRates(1), isPaused: false },
    throttle: { isPaused: false, share: 1 },
    onLost: ({ byteLength: bytes }, arrivedMs, code) => lost.push({ bytes, arrivedMs, code }),
  });
  const offer = async (bytes: number): Promise<void> => {
    const notice = { unit: 'u', timestampMs: 0, cells: '[[{},3]]', bytes: new Uint8Array(bytes) };
    expect(shadow.offer(request, notice, 0.5)).toBe('offered');
    await lane.drain(Number.POSITIVE_INFINITY);
  };
  const dropped = (): object[] => {
    ledger.flush();
    return counts.map(({ droppedRows }) => droppedRows);
  };
  return { offer, lost, dropped, [Symbol.dispose]: () => guard[Symbol.dispose]() };
}

const mebibyte = 1024 * 1024;

describe('a request that was lost with the worker of a shadow', () => {
  it('is an error of the shadow, and no drop', async () => {
    using shadow = dyingShadow();
    await shadow.offer(1000);
    expect(shadow.lost).toMatchObject([{ arrivedMs: 7, code: 'WORKER_DIED' }]);
    expect(shadow.lost[0]!.bytes).toBeGreaterThanOrEqual(1000);
    expect(shadow.dropped()).toEqual([]);
  });

  it('is a drop where its rows have more than 1 MiB: to tell of each would keep the primary waiting', async () => {
    using shadow = dyingShadow();
    await shadow.offer(mebibyte);
    expect(shadow.lost).toEqual([]);
    expect(shadow.dropped()).toEqual([{ stalled: 3 }]);
  });
});
