import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Governor } from '../../src/shadow/governor.ts';
import type { GovernedLane } from '../../src/shadow/governor-lanes.ts';
import { scheduleUnreferenced } from '../../src/shadow/governor-timer.ts';
import { World, type WorldOptions } from './governor-world.ts';

const second = 1000;
const minute = 60 * second;

function world(options: Partial<WorldOptions> = {}): World {
  return new World({
    seed: 1,
    requestsPerSecond: () => 300,
    latencyMs: () => 1,
    slowdown: () => 0,
    ...options,
  });
}

/** Runs it for so long, or until it has told something. */
function runUntilChange(simulated: World, longestMs: number): void {
  while (simulated.nowMs < longestMs && simulated.changes.length === 0) simulated.run(5 * second);
}

describe('a governor beside shadows that slow nothing', () => {
  it('finds an interval that covers 0, and leaves the share alone, in at least 97% of 200 runs', () => {
    let covered = 0;
    let untouched = 0;
    for (let seed = 0; seed < 200; seed++) {
      const simulated = world({ seed: 17 * seed + 1, requestsPerSecond: () => 200 });
      simulated.run(3.5 * minute);
      const { interference, share } = simulated.governor;
      if (interference && interference.lower <= 0 && interference.upper >= 0) covered++;
      if (share === 1 && simulated.changes.length === 0) untouched++;
    }
    expect(covered).toBeGreaterThanOrEqual(194);
    expect(untouched).toBe(200);
  });

  it('is not misled by a load that doubles its latency every two seconds, or rises and falls', () => {
    for (const latencyMs of [
      (timeMs: number) => 0.05 * 2 ** ((timeMs % (16 * second)) / (2 * second)),
      (timeMs: number) => 10 ** Math.sin(timeMs / 900),
    ]) {
      for (let seed = 0; seed < 20; seed++) {
        const simulated = world({ seed, latencyMs, requestsPerSecond: () => 200 });
        simulated.run(4 * minute);
        expect(simulated.changes).toEqual([]);
        expect(simulated.governor.interference?.lower).toBeLessThan(0.03);
        expect(simulated.governor.interference?.upper).toBeGreaterThan(-0.03);
      }
    }
  });

  it('pauses them for less than a tenth of the time', () => {
    const simulated = world();
    simulated.run(10 * minute);
    const paused = simulated.lane.heldMs / simulated.nowMs;
    expect(paused).toBeLessThan(0.1);
    expect(paused).toBeGreaterThan(0.06);
    expect(simulated.governor.interference?.blocks).toBeGreaterThan(200);
  });
});

describe('a governor beside shadows that slow the primary just as much as they may', () => {
  it('lowers the share in at most 5% of 200 runs', () => {
    let lowered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const simulated = world({ seed: 13 * seed + 5, slowdown: () => 0.05, requestsPerSecond: () => 200 });
      runUntilChange(simulated, 3.5 * minute);
      if (simulated.changes.length > 0) lowered++;
    }
    expect(lowered).toBeLessThanOrEqual(10);
  });
});

describe('a governor beside shadows that slow the primary more than they may', () => {
  it('lowers the share, and says why and to what', () => {
    const simulated = world({ slowdown: (share) => (share > 0.6 ? 0.12 : 0) });
    runUntilChange(simulated, 10 * minute);
    expect(simulated.nowMs).toBeLessThan(5 * minute);
    const [change] = simulated.changes;
    expect(change).toMatchObject({ kind: 'lowered', fromShare: 1, toShare: simulated.governor.share });
    expect(simulated.governor.share).toBe(0.5);
    expect(change?.sentence).toMatch(
      /^shadows slow fraud's primary by \d+% \(.+% to .+%\), more than the budget of 5%: 50% of the configured sample is mirrored from now on$/,
    );
    expect(change?.interference?.lower).toBeGreaterThan(0.05);
    // What was found under the old share is no longer claimed of the present one.
    expect(simulated.governor.interference).toBeNull();
    expect(change?.interference?.share).toBe(1);
    expect(simulated.governor.pairs).toBeLessThan(30);
  });

  it('stops lowering where the interference ends, in 20 of 20 runs', () => {
    for (let seed = 0; seed < 20; seed++) {
      const simulated = world({ seed, slowdown: (share) => (share > 0.3 ? 0.25 : 0.05) });
      simulated.run(8 * minute);
      // Just within the budget: no reason to go further down, none to go up.
      expect([0.25, 0.125, 0.0625]).toContain(simulated.governor.share);
      expect(new Set(simulated.kinds)).toEqual(new Set(['lowered']));
    }
  });

  it('goes down at once where half would not do', () => {
    const simulated = world({ slowdown: (share) => 2 * share });
    runUntilChange(simulated, 10 * minute);
    expect(simulated.governor.share).toBe(0.125);
  });

  it('sees through it when the slowdown sets in after an hour', () => {
    const simulated = world({ slowdown: (_, timeMs) => (timeMs > 60 * minute ? 0.3 : 0) });
    simulated.run(60 * minute);
    expect(simulated.changes).toEqual([]);
    while (simulated.changes.length === 0 && simulated.nowMs < 80 * minute) simulated.run(5 * second);
    expect(simulated.kinds).toEqual(['lowered']);
    expect(simulated.nowMs).toBeLessThan(70 * minute);
  });

  it('raises the share step by step once they slow it no more', () => {
    const simulated = world({ slowdown: (share, timeMs) => (timeMs < 3 * minute ? share : 0) });
    simulated.run(40 * minute);
    expect(simulated.kinds[0]).toBe('lowered');
    expect(simulated.kinds.at(-1)).toBe('raised');
    expect(simulated.governor.share).toBe(1);
    for (const [i, change] of simulated.changes.entries()) {
      expect(change.fromShare).toBe(simulated.changes[i - 1]?.toShare ?? 1);
    }
  });

  it('does not swing to and fro where each raise is too much', () => {
    const simulated = world({ slowdown: (share) => (share > 0.55 ? 0.4 : 0) });
    simulated.run(4 * 60 * minute);
    expect(simulated.governor.share).toBeLessThan(0.55);
    // It takes two minutes to find out, so without growing patience there would be dozens.
    expect(simulated.kinds.filter((kind) => kind === 'lowered').length).toBeLessThanOrEqual(6);
  });

  it('says once when even the least share is too much', () => {
    const simulated = world({ slowdown: () => 0.5, requestsPerSecond: () => 250 });
    simulated.run(30 * minute);
    expect(simulated.governor.share).toBe(1 / 64);
    expect(simulated.kinds.filter((kind) => kind === 'exhausted')).toHaveLength(1);
    expect(simulated.kinds.at(-1)).toBe('exhausted');
    expect(simulated.changes.at(-1)?.sentence).toContain('only 1.6% of the configured sample is mirrored');
    expect(simulated.governor.interference?.estimate).toBeGreaterThan(0.3);
  });
});

describe('a governor whose shadow does not come to rest', () => {
  it('gives it more time, and measures after all', () => {
    const simulated = world({ runMs: () => 300, slowdown: () => 0.2 });
    runUntilChange(simulated, 20 * minute);
    expect(simulated.kinds).toEqual(['lowered']);
    expect(simulated.governor.discardedBlocks.busy).toBeGreaterThan(3);
    expect(simulated.lane.heldMs / simulated.nowMs).toBeLessThan(0.1);
  });

  it('says that nothing is known while it hangs, and when something is again', () => {
    const simulated = world({
      slowdown: () => 0.5,
      runMs: (timeMs) => (timeMs < 20 * minute ? Number.POSITIVE_INFINITY : 5),
    });
    simulated.run(10 * minute);
    expect(simulated.kinds).toEqual(['blind']);
    expect(simulated.changes[0]?.sentence).toMatch(/not known: fraud 8 still ran when it had been paused/);
    expect(simulated.governor).toMatchObject({ state: 'blind', interference: null, share: 1 });
    expect(simulated.governor.discardedBlocks.busy).toBeGreaterThan(10);
    expect(simulated.lane.heldMs / simulated.nowMs).toBeLessThan(0.1);
    simulated.run(25 * minute);
    expect(simulated.kinds.slice(0, 3)).toEqual(['blind', 'sighted', 'lowered']);
  });
});

describe('a governor with little traffic', () => {
  it('pauses for longer, but not for a greater part of the time', () => {
    const simulated = world({ requestsPerSecond: () => 15, slowdown: () => 1 });
    runUntilChange(simulated, 60 * minute);
    expect(simulated.kinds).toEqual(['lowered']);
    expect(simulated.changes[0]?.interference?.requests).toBeGreaterThan(30 * 2 * 10);
    expect(simulated.lane.heldMs / simulated.nowMs).toBeLessThan(0.1);
  });

  it('does not pause where it could learn nothing', () => {
    for (const rate of [0, 1]) {
      const simulated = world({ requestsPerSecond: () => rate, slowdown: () => 1 });
      simulated.run(30 * minute);
      expect(simulated.governor).toMatchObject({
        state: 'waiting_for_traffic',
        interference: null,
        share: 1,
      });
      expect(simulated.lane.heldMs / simulated.nowMs).toBeLessThan(0.01);
    }
  });

  it('counts blocks that saw too few requests as discarded', () => {
    const silent = world({ requestsPerSecond: (timeMs) => (timeMs > 2500 ? 0.001 : 300) });
    silent.run(10 * second);
    expect(silent.governor.discardedBlocks).toEqual({ busy: 0, few: 1 });
    expect(silent.governor.state).toBe('waiting_for_traffic');
  });
});

describe('a governor that ends', () => {
  it('resumes what it has paused and does nothing more', () => {
    const simulated = world();
    while (!simulated.governor.isPaused) simulated.run(10);
    expect(simulated.lane.heldAtMs).not.toBeNull();
    simulated.governor[Symbol.dispose]();
    expect(simulated.governor.isPaused).toBe(false);
    expect(simulated.lane.heldAtMs).toBeNull();
    expect(simulated.timers.size).toBe(0);
    simulated.run(minute);
    expect(simulated.lane.heldAtMs).toBeNull();
  });

  it('may be ended by who is told of a change', () => {
    const simulated = world({ slowdown: () => 1 });
    simulated.onChange = () => simulated.governor[Symbol.dispose]();
    simulated.run(10 * minute);
    expect(simulated.kinds).toEqual(['lowered']);
    expect(simulated.timers.size).toBe(0);
    expect(simulated.lane.heldAtMs).toBeNull();
  });

  it('resumes every lane and reports once when one of them fails', () => {
    const simulated = world();
    simulated.lane.hold = () => {
      throw new Error('no such worker');
    };
    simulated.lane.heldAtMs = 1;
    simulated.run(10 * minute);
    expect(simulated.kinds).toEqual(['failed']);
    expect(simulated.changes[0]?.sentence).toContain('measures no more');
    expect(simulated.changes[0]?.sentence).toContain('no such worker');
    expect(simulated.governor).toMatchObject({ state: 'failed', isPaused: false, share: 1 });
    expect(simulated.lane.heldAtMs).toBeNull();
    expect(simulated.timers.size).toBe(0);
  });

  it('resumes the other lanes when one cannot be resumed', async () => {
    const calls: string[] = [];
    const lane = (name: string, resume: () => void): GovernedLane => ({
      name,
      hold: () => calls.push(`hold ${name}`),
      resume,
      isIdle: false,
    });
    const failures: unknown[] = [];
    let elapsedMs = 0;
    const timers: { atMs: number; action: () => void }[] = [];
    const governor = new Governor({
      ...{ model: 'fraud', budget: 0.05, random: () => 0.1 },
      nowMicroseconds: () => elapsedMs * 1000,
      lanes: [
        lane('8', () => {
          throw new Error('lost');
        }),
        lane('9', () => calls.push('resume 9')),
      ],
      schedule: (delayMs, action) => {
        timers.push({ atMs: elapsedMs + delayMs, action });
        return { [Symbol.dispose]: () => undefined };
      },
      onChange: (change) => failures.push([change.kind, change.error]),
    });
    governor.observe({
      answeredMicroseconds: 10,
      requests: Array.from({ length: 900 }, () => ({ arrivedMicroseconds: 0 })),
    });
    for (let timer = timers.shift(); timer; timer = timers.shift()) {
      elapsedMs = timer.atMs;
      timer.action();
    }
    expect(calls).toEqual(['hold 8', 'hold 9', 'resume 9']);
    expect(failures).toEqual([['failed', new Error('lost')]]);
  });

  it('has timers that do not keep a process alive, and that can be called off', async () => {
    const fired: string[] = [];
    scheduleUnreferenced(1, () => fired.push('left'));
    scheduleUnreferenced(1, () => fired.push('called off'))[Symbol.dispose]();
    await delay(30);
    expect(fired).toEqual(['left']);
    const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const timer = scheduleUnreferenced(60_000, () => fired.push('late'));
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).toHaveLength(before);
    timer[Symbol.dispose]();
  });
});

describe('a governor without lanes', () => {
  it('does nothing', () => {
    const governor = new Governor({
      ...{ model: 'fraud', budget: 0.05, lanes: [], random: Math.random, nowMicroseconds: () => 0 },
      schedule: () => expect.unreachable(),
      onChange: () => expect.unreachable(),
    });
    governor.observe({ answeredMicroseconds: 1, requests: [{ arrivedMicroseconds: 0 }] });
    expect(governor).toMatchObject({ isPaused: false, share: 1, interference: null });
  });
});
