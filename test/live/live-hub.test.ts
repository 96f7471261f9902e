import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import type { LiveStream } from '../../src/http/live-route.ts';
import { LiveHub } from '../../src/live/live-hub.ts';
import { type LiveSubject, LiveView } from '../../src/live/live-view.ts';
import type { LiveCounts } from '../../src/live/status-of.ts';
import { noDrops } from '../../src/log/traffic-count.ts';
import { eventFrame } from '../../src/presentation/event-frame.ts';

const quiet: LiveCounts = {
  ready: true,
  roles: { revision: 0, primary: '7', shadows: [], rollback_to: null },
  ...{ shadow: '8', requests: 0, compared: 0, errors: { primary: 0, shadow: 0 }, dropped: noDrops },
  interference: null,
};

class RecordedStream implements LiveStream {
  isBehind = false;
  isEnded = false;
  readonly written: Uint8Array[] = [];
  write(frames: Uint8Array): void {
    this.written.push(frames);
  }
  end(): void {
    this.isEnded = true;
  }
  /** `event: data`, in the order in which they came. */
  get events(): string[] {
    const text = Buffer.concat(this.written).toString();
    return [...text.matchAll(/event: (\w+)\nid: \d+\ndata: (.*)\n\n/g)].map(
      ([, name, data]) => `${name} ${data}`,
    );
  }
  named(name: string): string[] {
    return this.events.filter((event) => event.startsWith(`${name} `));
  }
}

/** A view whose reports count themselves, and a clock that stands until the test moves it. */
function viewOf(changing: Partial<LiveSubject> = {}) {
  let nowMs = 0;
  let made = 0;
  let counts = quiet;
  const subject: LiveSubject = {
    counts: () => counts,
    labels: () => 0,
    make: async (id) => Buffer.from(eventFrame('report', id, `${++made}`)),
    ...changing,
  };
  const view = new LiveView(subject, { steady: () => nowMs, wall: () => nowMs });
  return {
    view,
    change: (next: Partial<LiveCounts>) => {
      counts = { ...counts, ...next };
    },
    /** A look after so many milliseconds, and what came of it. */
    async pass(ms: number) {
      nowMs += ms;
      view.tick();
      await new Promise((resolve) => setImmediate(resolve));
    },
    made: () => made,
  };
}

describe('a view', () => {
  it('says hello, tells the state, and then the report', async () => {
    const { view, pass } = viewOf();
    const stream = new RecordedStream();
    view.add(stream, '{"started_at":"now"}');
    await pass(0);
    expect(stream.events.map((event) => event.split(' ')[0])).toEqual(['hello', 'status', 'report']);
    expect(stream.events[0]).toBe('hello {"started_at":"now"}');
    expect(JSON.parse(stream.events[1]!.slice('status '.length))).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      ...quiet,
      ...{ requests_per_second: 0, compared_per_second: 0 },
    });
    const ids = [
      ...Buffer.concat(stream.written)
        .toString()
        .matchAll(/^id: (\d+)$/gm),
    ].map(([, id]) => Number(id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('makes one report for all, and writes the same bytes to each', async () => {
    const { view, pass, change, made } = viewOf();
    const streams = Array.from({ length: 5 }, () => new RecordedStream());
    for (const stream of streams) view.add(stream, '{}');
    await pass(0);
    change({ requests: 1 });
    await pass(1000);
    expect(made()).toBe(2);
    expect(streams.map((stream) => stream.named('report'))).toEqual(
      streams.map(() => ['report 1', 'report 2']),
    );
    expect(new Set(streams.map((stream) => stream.written.at(-1))).size).toBe(1);
  });

  it('gives who comes later the report that is there', async () => {
    const { view, pass, made } = viewOf();
    view.add(new RecordedStream(), '{}');
    await pass(0);
    const late = new RecordedStream();
    view.add(late, '{}');
    expect(late.named('report')).toEqual(['report 1']);
    expect(made()).toBe(1);
  });

  it('tells the state once a second while it changes, else every fifteen', async () => {
    const { view, pass, change } = viewOf();
    const stream = new RecordedStream();
    view.add(stream, '{}');
    const statusesAfter = async (ms: number) => {
      const before = stream.named('status').length;
      for (let passed = 0; passed < ms; passed += 250) await pass(250);
      return stream.named('status').length - before;
    };
    const lastStatus = () => JSON.parse(stream.named('status').at(-1)!.slice('status '.length));
    expect(await statusesAfter(14_750)).toBe(0);
    expect(await statusesAfter(250)).toBe(1);
    change({ requests: 20 });
    expect(await statusesAfter(1000)).toBe(1);
    expect(lastStatus()).toMatchObject({ requests: 20, requests_per_second: 4 });
    // And on, until the rate has come to rest.
    expect(await statusesAfter(15_000)).toBe(5);
    expect(lastStatus()).toMatchObject({ requests: 20, requests_per_second: 0 });
  });

  it('keeps nothing for who does not take it, and gives the latest when that has changed', async () => {
    const { view, pass, change } = viewOf();
    const [slow, quick] = [new RecordedStream(), new RecordedStream()];
    view.add(slow, '{}');
    view.add(quick, '{}');
    await pass(0);
    slow.isBehind = true;
    const taken = slow.events.length;
    for (let i = 1; i <= 3; i++) {
      change({ requests: i });
      await pass(1000);
    }
    expect(quick.named('report')).toEqual(['report 1', 'report 2', 'report 3', 'report 4']);
    expect(slow.events).toHaveLength(taken);
    slow.isBehind = false;
    await pass(250);
    expect(slow.named('report')).toEqual(['report 1', 'report 4']);
  });

  it('tells a problem once, goes on, and recovers', async () => {
    let refusal: UnderstudyError | null = new UnderstudyError('NO_SHADOW', 'there is none');
    const { view, pass, change } = viewOf({
      make: async (id) => {
        if (refusal) throw refusal;
        return Buffer.from(eventFrame('report', id, '{}'));
      },
    });
    const stream = new RecordedStream();
    view.add(stream, '{}');
    await pass(0);
    await pass(1000);
    await pass(6000);
    expect(stream.named('problem')).toEqual(['problem {"code":"NO_SHADOW","error":"there is none"}']);
    refusal = null;
    change({ shadow: '9' });
    await pass(1000);
    expect(stream.events.at(-1)).toBe('report {}');
  });

  it('tells that a model is not deployed any more, and when it is again', async () => {
    let isThere = true;
    const { view, pass } = viewOf({
      counts: () => {
        if (isThere) return quiet;
        throw new UnderstudyError('MODEL_NOT_READY', 'it was unloaded');
      },
    });
    const stream = new RecordedStream();
    view.add(stream, '{}');
    await pass(0);
    isThere = false;
    await pass(250);
    await pass(250);
    expect(stream.named('problem')).toEqual(['problem {"code":"MODEL_NOT_READY","error":"it was unloaded"}']);
    isThere = true;
    await pass(1000);
    expect(stream.events.slice(-2).map((event) => event.split(' ')[0])).toEqual(['status', 'report']);
  });
});

describe('the hub', () => {
  const query = { shadow: null, fromMs: null, toMs: null };
  const hubOf = (limits: { readonly streams: number; readonly views: number }) =>
    new LiveHub({
      identity: { name: 'understudy', version: '1' },
      subjectOf: () => ({ counts: () => quiet, labels: () => 0, make: async () => new Uint8Array() }),
      clock: { steady: () => 0, wall: () => 0 },
      limits,
    });

  it('has so many streams, and takes another when one has left', () => {
    const hub = hubOf({ streams: 2, views: 2 });
    const open = () => hub.admit('fraud', query)(new RecordedStream());
    const leave = open();
    open();
    expect(open).toThrow(
      '2 live streams are open, which is the most; close one that nobody looks at, or try again later',
    );
    leave();
    open();
    expect(hub.streams).toBe(2);
    hub.close();
  });

  it('has so many views, each for all who look at the same', () => {
    const hub = hubOf({ streams: 10, views: 2 });
    const leave = hub.admit('fraud', query)(new RecordedStream());
    hub.admit('fraud', { ...query, shadow: '8' })(new RecordedStream());
    hub.admit('fraud', query)(new RecordedStream());
    const another = () => hub.admit('fraud', { ...query, fromMs: 5 });
    expect(another).toThrow('2 different views are looked at, which is the most');
    leave();
    expect(another).toThrow('2 different views');
    hub.close();
  });

  it('ends every stream when it closes', () => {
    const hub = hubOf({ streams: 2, views: 2 });
    const streams = [new RecordedStream(), new RecordedStream()];
    for (const stream of streams) hub.admit('fraud', query)(stream);
    hub.close();
    expect(streams.map(({ isEnded }) => isEnded)).toEqual([true, true]);
  });
});
