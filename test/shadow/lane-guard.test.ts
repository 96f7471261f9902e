import { describe, expect, it, vi } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import type { LaneReply } from '../../src/inference/messages/reply-batch.ts';
import type { LaneRequest } from '../../src/inference/messages/request-batch.ts';
import type { Run } from '../../src/inference/model-instances.ts';
import { Backoff } from '../../src/inference/worker/backoff.ts';
import { CircuitBreaker } from '../../src/shadow/circuit-breaker.ts';
import { type GuardedInstances, LaneGuard } from '../../src/shadow/lane-guard.ts';

const request: LaneRequest = {
  ...{
    form: 'infer',
    inferenceHeaderLength: null,
    context: null,
    attachment: null,
    priority: 0,
    deadlineMicroseconds: null,
    trace: null,
  },
  ...{ body: new Uint8Array(), arrivedMicroseconds: 0, arrivedMs: 0 },
};
const reply = (status: number, rows = 1): LaneReply => ({
  ...{ unserved: null, status, body: Buffer.from('{"error":"no"}'), inferenceHeaderLength: null, rows },
  ...{
    queueMicroseconds: 0,
    inputMicroseconds: 0,
    computeMicroseconds: 0,
    outputMicroseconds: 0,
    notice: null,
  },
});

/** Instances whose runs end when the test says so. */
class ManualInstances implements GuardedInstances {
  count = 1;
  leftBehind = 0;
  isExhausted = false;
  readonly runs: { readonly end: (replies: LaneReply[]) => void; isAbandoned: boolean }[] = [];

  start(): Run {
    const { promise, resolve, reject } = Promise.withResolvers<LaneReply[]>();
    const run = { end: resolve, isAbandoned: false };
    this.runs.push(run);
    return {
      replies: promise,
      abandon: () => {
        run.isAbandoned = true;
        this.leftBehind++;
        reject(new UnderstudyError('DEADLINE_EXCEEDED', 'too long'));
        return true;
      },
    };
  }
}

function guardOver(instances: ManualInstances, failures = 3, onCheck = () => {}) {
  vi.useFakeTimers();
  const now = (): number => Date.now();
  const states: string[] = [];
  const failed: unknown[] = [];
  const guard = new LaneGuard(instances, {
    deadlineMs: 1000,
    breaker: new CircuitBreaker({
      failures,
      backoff: new Backoff({ immediate: 0, firstDelayMs: 1000, maxDelayMs: 8000, random: () => 0.5, now }),
      now,
    }),
    now,
    onChange: ({ state }) => states.push(state),
    onCheck,
    onFailure: (error) => failed.push(error),
  });
  const serve = (requests = 1): Promise<LaneReply[] | UnderstudyError> =>
    guard.serve(new Array(requests).fill(request)).catch((error: UnderstudyError) => error);
  return {
    ...{ guard, states, serve, failed },
    [Symbol.dispose]() {
      guard[Symbol.dispose]();
      vi.useRealTimers();
    },
  };
}

describe('the guard of a lane', () => {
  it('lets everything through while all is well', async () => {
    const instances = new ManualInstances();
    using world = guardOver(instances);
    expect(world.guard.refusal()).toBeNull();
    const served = world.serve();
    instances.runs[0]!.end([reply(200)]);
    expect(await served).toHaveLength(1);
    expect([world.guard.status.state, world.states]).toEqual(['running', []]);
  });

  it('stalls while a run takes longer than its deadline, and runs again when it ends', async () => {
    const instances = new ManualInstances();
    using world = guardOver(instances);
    const served = world.serve();
    vi.advanceTimersByTime(900);
    expect(world.guard.refusal()).toBeNull();
    vi.advanceTimersByTime(400);
    expect([world.guard.refusal(), world.guard.status.state]).toEqual(['stalled', 'stalled']);
    expect(world.guard.status.reason).toMatch(/longer than its deadline of 1000 ms/);
    instances.runs[0]!.end([reply(200)]);
    await served;
    expect([world.guard.refusal(), world.states]).toEqual([null, ['stalled', 'running']]);
  });

  it('gives a run up after three deadlines', async () => {
    const instances = new ManualInstances();
    using world = guardOver(instances);
    const served = world.serve();
    vi.advanceTimersByTime(2900);
    expect(instances.runs[0]!.isAbandoned).toBe(false);
    vi.advanceTimersByTime(400);
    expect(instances.runs[0]!.isAbandoned).toBe(true);
    expect(await served).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(world.states).toEqual(['stalled', 'running']);
  });

  it('takes requests as long as one of several instances is not late', async () => {
    const instances = new ManualInstances();
    instances.count = 2;
    using world = guardOver(instances);
    const late = world.serve();
    vi.advanceTimersByTime(1300);
    expect(world.guard.refusal()).toBeNull();
    const other = world.serve();
    vi.advanceTimersByTime(1300);
    expect(world.guard.refusal()).toBe('stalled');
    for (const run of instances.runs) run.end([reply(200)]);
    await Promise.all([late, other]);
  });

  it('keeps traffic away while workers are being replaced, and when none takes their place', () => {
    const instances = new ManualInstances();
    using world = guardOver(instances);
    instances.count = 0;
    vi.advanceTimersByTime(300);
    expect([world.guard.refusal(), world.guard.status.state]).toEqual(['stalled', 'restarting']);
    instances.isExhausted = true;
    instances.leftBehind = 3;
    vi.advanceTimersByTime(300);
    expect(world.guard.status.state).toBe('stalled');
    expect(world.guard.status.reason).toMatch(/3 of its workers hang and are left behind/);
  });

  it('leaves a shadow alone that failed so many times in a row, and says what it failed on', async () => {
    const instances = new ManualInstances();
    using world = guardOver(instances);
    const served = world.serve(3);
    instances.runs[0]!.end([reply(500), reply(500), reply(400, 0)]);
    await served;
    expect([world.guard.refusal(), world.guard.status.state]).toEqual(['breaker', 'open']);
    expect(world.guard.status.reason).toMatch(/"error":"no"/);
    vi.advanceTimersByTime(1300);
    expect([world.guard.refusal(), world.guard.refusal()]).toEqual([null, 'breaker']);
    const trial = world.serve();
    instances.runs[1]!.end([reply(200)]);
    await trial;
    expect(world.guard.refusal()).toBeNull();
    expect(world.states).toEqual(['open', 'running']);
  });

  it('does not blame the shadow for inputs that its model rejects', async () => {
    const instances = new ManualInstances();
    using world = guardOver(instances);
    const served = world.serve(5);
    instances.runs[0]!.end(new Array(5).fill(reply(400, 1)));
    await served;
    expect(world.guard.refusal()).toBeNull();
  });

  it('does not blame the shadow when no worker had the requests, be it on trial or not', async () => {
    const instances = new ManualInstances();
    using world = guardOver(instances, 1);
    const start = instances.start.bind(instances);
    const notReady = new UnderstudyError('MODEL_NOT_READY', 'its workers are being replaced; retry later');
    instances.start = () => ({ replies: Promise.reject(notReady), abandon: () => false });
    expect(await world.serve(5)).toBe(notReady);
    expect([world.guard.refusal(), world.guard.status.state]).toEqual([null, 'running']);
    instances.start = start;
    const failing = world.serve();
    instances.runs[0]!.end([reply(500)]);
    await failing;
    vi.advanceTimersByTime(1300);
    expect([world.guard.refusal(), world.guard.refusal()]).toEqual([null, 'breaker']);
    instances.start = () => {
      throw notReady;
    };
    expect(await world.serve()).toBe(notReady);
    // The next one is the trial.
    expect([world.guard.refusal(), world.guard.refusal()]).toEqual([null, 'breaker']);
  });

  it('tells once what its checks fail on', () => {
    const failure = new Error('the queue is broken');
    using world = guardOver(new ManualInstances(), 3, () => {
      throw failure;
    });
    vi.advanceTimersByTime(2000);
    expect(world.failed).toEqual([failure]);
  });

  it('tries again at once when the trial was dropped', async () => {
    const instances = new ManualInstances();
    using world = guardOver(instances, 1);
    const served = world.serve();
    instances.runs[0]!.end([reply(500)]);
    await served;
    vi.advanceTimersByTime(1300);
    expect([world.guard.refusal(), world.guard.refusal()]).toEqual([null, 'breaker']);
    world.guard.wasDropped();
    expect(world.guard.refusal()).toBeNull();
  });
});
