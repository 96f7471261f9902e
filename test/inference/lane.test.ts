import { describe, expect, it } from 'vitest';
import { monotonicMicroseconds } from '../../src/clock.ts';
import { UnderstudyError } from '../../src/errors.ts';
import { Lane, type LaneBackend, type LaneOptions, type ServedRequests } from '../../src/inference/lane.ts';
import type { LaneRequest } from '../../src/inference/messages/request-batch.ts';
import { ManualBackend } from '../support/manual-backend.ts';

const request = (body: string | Uint8Array, scheduling: Partial<LaneRequest> = {}): LaneRequest => ({
  ...{
    form: 'infer',
    inferenceHeaderLength: null,
    context: null,
    arrivedMs: 0,
    attachment: null,
    priority: 0,
    deadlineMicroseconds: null,
    trace: null,
  },
  body: typeof body === 'string' ? Buffer.from(body) : body,
  arrivedMicroseconds: monotonicMicroseconds(),
  ...scheduling,
});

function laneOver(backend: LaneBackend, options: Partial<LaneOptions> = {}) {
  const failures: unknown[] = [];
  const lane = new Lane(backend, {
    ...{
      maxQueueSize: 100,
      priorityLevels: 10,
      defaultPriorityLevel: 5,
      maxBatchSize: 100,
      maxQueueDelayMicroseconds: 0,
      maxWaitMicroseconds: null,
    },
    onFailure: (error) => failures.push(error),
    ...options,
  });
  const answers: { readonly status: number; readonly text: string }[] = [];
  const submit = (body: string | Uint8Array, scheduling: Partial<LaneRequest> = {}): boolean =>
    lane.submit(request(body, scheduling), (reply) => {
      answers.push({ status: reply.status, text: Buffer.from(reply.body).toString() });
    });
  return { lane, submit, answers, failures, texts: () => answers.map((answer) => answer.text) };
}

/** Long enough for what was put off to the next turns of the event loop. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a lane', () => {
  it('hands all that came in one turn to a free worker at once, and answers in order', async () => {
    const backend = new ManualBackend();
    const { submit, texts } = laneOver(backend);
    for (const name of ['a', 'b', 'c']) expect(submit(name)).toBe(true);
    await settled();
    expect(backend.started).toEqual([['a', 'b', 'c']]);
    expect(texts()).toEqual([]);
    backend.batches[0]!.finish();
    await settled();
    expect(texts()).toEqual(['a', 'b', 'c']);
  });

  it('gathers what comes while its worker is busy', async () => {
    const backend = new ManualBackend();
    const { lane, submit } = laneOver(backend);
    submit('a');
    await settled();
    for (const name of ['b', 'c', 'd']) {
      submit(name);
      await settled();
    }
    expect(backend.started).toEqual([['a']]);
    expect(lane.queued).toBe(3);
    backend.batches[0]!.finish();
    await settled();
    expect(backend.started).toEqual([['a'], ['b', 'c', 'd']]);
    expect(lane.queued).toBe(0);
  });

  it('gives a worker no more than a batch may hold', async () => {
    const backend = new ManualBackend();
    const { submit } = laneOver(backend, { maxBatchSize: 2 });
    for (const name of ['a', 'b', 'c']) submit(name);
    await settled();
    expect(backend.started).toEqual([['a', 'b']]);
    backend.batches[0]!.finish();
    await settled();
    expect(backend.started).toEqual([['a', 'b'], ['c']]);
  });

  it('shares what waits out among its free workers', async () => {
    const backend = new ManualBackend(2);
    const { submit, texts } = laneOver(backend);
    for (const name of ['a', 'b', 'c', 'd']) submit(name);
    await settled();
    expect(backend.started).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    backend.batches[1]!.finish();
    await settled();
    submit('e');
    await settled();
    expect(backend.started[2]).toEqual(['e']);
    expect(texts()).toEqual(['c', 'd']);
  });

  it('takes no more than its queue holds, and more again when there is room', async () => {
    const backend = new ManualBackend();
    const { submit, texts } = laneOver(backend, { maxQueueSize: 2, maxBatchSize: 1 });
    expect([submit('a'), submit('b'), submit('c')]).toEqual([true, true, false]);
    await settled();
    expect([submit('d'), submit('e')]).toEqual([true, false]);
    for (let i = 0; i < 3; i++) {
      backend.batches[i]!.finish();
      await settled();
    }
    expect(texts()).toEqual(['a', 'b', 'd']);
    expect(submit('f')).toBe(true);
  });

  it('sends large bodies in messages of their own', async () => {
    const backend = new ManualBackend();
    const { submit } = laneOver(backend);
    const body = (name: string): Uint8Array => Buffer.alloc(9 * 2 ** 20, name);
    submit(body('a'));
    submit(body('b'));
    await settled();
    expect(backend.started.map((names) => names.length)).toEqual([1]);
    backend.batches[0]!.finish();
    await settled();
    expect(backend.started.map((names) => names.length)).toEqual([1, 1]);
  });

  it('takes bodies up to half a gigabyte, and a single larger one', async () => {
    const { submit } = laneOver(new ManualBackend());
    // Zeros that nobody looks at take no memory.
    expect(submit(new Uint8Array(600 * 2 ** 20))).toBe(true);
    expect(submit('a')).toBe(false);
  });

  it('answers 500 to those whose worker failed, tells of it, and goes on', async () => {
    const backend = new ManualBackend();
    const { submit, answers, failures } = laneOver(backend);
    submit('a');
    submit('b');
    await settled();
    backend.batches[0]!.fail(new Error('the heap was full'));
    await settled();
    expect(answers.map((answer) => answer.status)).toEqual([500, 500]);
    expect(JSON.parse(answers[0]!.text).error).toMatch(/the worker that ran this request failed/);
    expect(failures).toEqual([new Error('the heap was full')]);
    submit('c');
    await settled();
    backend.batches[1]!.finish();
    await settled();
    expect(answers[2]).toEqual({ status: 200, text: 'c' });
  });

  it('passes on the status of an error that has one', async () => {
    const backend = new ManualBackend();
    const { submit, answers } = laneOver(backend);
    submit('a');
    await settled();
    backend.batches[0]!.fail(new UnderstudyError('MODEL_NOT_READY', 'the workers keep dying'));
    await settled();
    expect(answers).toEqual([{ status: 503, text: '{"error":"the workers keep dying"}' }]);
  });

  it('shows what was served after it was answered', async () => {
    const backend = new ManualBackend();
    const { lane, submit, answers } = laneOver(backend);
    const seen: ServedRequests[] = [];
    lane.onServed = (served) => {
      expect(answers).toHaveLength(2);
      seen.push(served);
    };
    submit('a');
    submit('b');
    await settled();
    backend.batches[0]!.finish();
    await settled();
    expect(seen).toHaveLength(1);
    expect(seen[0]!.requests).toHaveLength(2);
    expect(seen[0]!.replies.map((reply) => Buffer.from(reply.body).toString())).toEqual(['a', 'b']);
  });

  it('is drained when nothing waits and nothing runs', async () => {
    const backend = new ManualBackend();
    const { lane, submit } = laneOver(backend, { maxBatchSize: 1 });
    expect(await lane.drain(0)).toBe(true);
    submit('a');
    submit('b');
    let drained: boolean | null = null;
    const done = lane.drain(60_000).then((result) => {
      drained = result;
    });
    await settled();
    backend.batches[0]!.finish();
    await settled();
    expect(drained).toBeNull();
    backend.batches[1]!.finish();
    await done;
    expect(drained).toBe(true);
    expect(lane.queued).toBe(0);
  });

  it('does not wait for ever for what does not end', async () => {
    const backend = new ManualBackend();
    const { lane, submit, texts } = laneOver(backend);
    submit('a');
    await settled();
    expect(await lane.drain(20)).toBe(false);
    backend.batches[0]!.finish();
    expect(await lane.drain(60_000)).toBe(true);
    expect(texts()).toEqual(['a']);
  });

  it('ends the wait for company as soon as the batch is full', async () => {
    const backend = new ManualBackend();
    const { submit } = laneOver(backend, { maxQueueDelayMicroseconds: 10_000_000, maxBatchSize: 2 });
    submit('a');
    await settled();
    expect(backend.started).toEqual([]);
    submit('b');
    await settled();
    expect(backend.started).toEqual([['a', 'b']]);
  });

  it('answers what it lets go, and says that nothing served it', async () => {
    const backend = new ManualBackend();
    const { lane, submit, answers } = laneOver(backend, { maxBatchSize: 1 });
    submit('a');
    await settled();
    submit('b');
    submit('c');
    lane.discardQueue(new UnderstudyError('SHUTTING_DOWN', 'the server is closing'));
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    backend.batches[0]!.finish();
    expect(await lane.drain(1000)).toBe(true);
    expect(answers.at(-1)).toEqual({ status: 200, text: 'a' });
    expect(backend.started).toEqual([['a']]);
  });

  it('goes on when who looks on fails, and tells of it', async () => {
    const backend = new ManualBackend();
    const { lane, submit, texts, failures } = laneOver(backend);
    lane.onServed = () => {
      throw new Error('blind');
    };
    submit('a');
    await settled();
    backend.batches[0]!.finish();
    expect(await lane.drain(1000)).toBe(true);
    expect(texts()).toEqual(['a']);
    expect(failures).toEqual([new Error('blind')]);
  });

  it('waits for company as long as it is told to, counted from the first request', async () => {
    const backend = new ManualBackend();
    const { submit } = laneOver(backend, { maxQueueDelayMicroseconds: 60_000 });
    const submitted = performance.now();
    submit('a');
    await new Promise((resolve) => setTimeout(resolve, 20));
    submit('b');
    while (backend.batches.length === 0) await settled();
    expect(backend.started).toEqual([['a', 'b']]);
    expect(performance.now() - submitted).toBeGreaterThanOrEqual(60);
  });

  it('runs nothing while it is held, and what has gathered when it goes on', async () => {
    const backend = new ManualBackend();
    const { lane, submit, texts } = laneOver(backend);
    submit('a');
    await settled();
    lane.hold();
    submit('b');
    backend.batches[0]!.finish();
    await settled();
    expect(lane.isIdle).toBe(true);
    submit('c');
    await settled();
    expect(backend.started).toEqual([['a']]);
    expect(texts()).toEqual(['a']);
    lane.resume();
    await settled();
    expect(backend.started).toEqual([['a'], ['b', 'c']]);
    expect(lane.isIdle).toBe(false);
  });

  it('does not run what has waited longer than it may, and says that nothing served it', async () => {
    const backend = new ManualBackend();
    const { lane, submit, answers } = laneOver(backend, { maxWaitMicroseconds: 30_000 });
    submit('a');
    await settled();
    submit('old');
    await new Promise((resolve) => setTimeout(resolve, 40));
    submit('young');
    backend.batches[0]!.finish();
    await settled();
    expect(backend.started).toEqual([['a'], ['young']]);
    expect(answers.map(({ status }) => status)).toEqual([503, 200]);
    expect(answers[0]!.text).toMatch(/waited longer than it may/);
    backend.batches[1]!.finish();
    expect(await lane.drain(1000)).toBe(true);
  });

  it('runs first what asks for it, and what asks for nothing at the level in the middle', async () => {
    const backend = new ManualBackend();
    const { submit } = laneOver(backend, { maxBatchSize: 3 });
    submit('busy');
    await settled();
    for (const [name, priority] of Object.entries({
      usual: 0,
      last: 10,
      first: 1,
      later: 6,
      same: 5,
      sooner: 4,
    })) {
      submit(name, { priority });
    }
    backend.batches[0]!.finish();
    await settled();
    backend.batches[1]!.finish();
    await settled();
    expect(backend.started).toEqual([['busy'], ['first', 'sooner', 'usual'], ['same', 'later', 'last']]);
  });

  it('lets nobody starve: what has waited for a second goes first, the oldest before all', async () => {
    const backend = new ManualBackend();
    const { submit } = laneOver(backend, { maxBatchSize: 2 });
    submit('busy');
    await settled();
    const before = (seconds: number) => ({ arrivedMicroseconds: monotonicMicroseconds() - seconds * 1e6 });
    submit('old', { priority: 9, ...before(1.5) });
    submit('oldest', { priority: 10, ...before(2) });
    submit('young', { priority: 2, ...before(0.5) });
    submit('first', { priority: 1 });
    backend.batches[0]!.finish();
    await settled();
    backend.batches[1]!.finish();
    await settled();
    expect(backend.started).toEqual([['busy'], ['oldest', 'old'], ['first', 'young']]);
  });

  it('answers what passes its deadline while the worker is busy, at once, and does not run it', async () => {
    const backend = new ManualBackend();
    const { lane, submit, answers } = laneOver(backend);
    submit('busy');
    await settled();
    const within = (ms: number) => ({ deadlineMicroseconds: monotonicMicroseconds() + ms * 1000 });
    submit('patient', within(60_000));
    submit('later', within(40));
    submit('hasty', within(5));
    submit('any');
    while (answers.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(lane.queued).toBe(2);
    expect(answers.map(({ status }) => status)).toEqual([504, 504]);
    expect(answers[0]!.text).toMatch(/^\{"error":"the request was not run before its timeout; /);
    backend.batches[0]!.finish();
    await settled();
    expect(backend.started).toEqual([['busy'], ['patient', 'any']]);
    const { failed, failures } = lane.statistics;
    expect([failed.count, [...failures]]).toEqual([2, [[504, 2]]]);
    expect(failed.microseconds).toBeGreaterThan(5000 * 0.9);
  });

  it('counts what it refuses because it is full', async () => {
    const backend = new ManualBackend();
    const { lane, submit } = laneOver(backend, { maxQueueSize: 1 });
    expect([submit('a'), submit('b')]).toEqual([true, false]);
    expect([...lane.statistics.failures]).toEqual([[503, 1]]);
  });

  it('waits for a backend that has no room, and goes on when it is told that there is some', async () => {
    const backend = new ManualBackend(0);
    const { lane, submit, texts } = laneOver(backend);
    submit('a');
    await settled();
    expect(backend.started).toEqual([]);
    backend.count = 1;
    lane.wake();
    await settled();
    backend.batches[0]!.finish();
    await settled();
    expect(texts()).toEqual(['a']);
  });
});
