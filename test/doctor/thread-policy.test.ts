import { getPriority } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loadAddon } from '../../native/addon.ts';
import { threadFindings, tryThreadPolicy } from '../../src/doctor/thread-policy.ts';

const granted = { granted: true, refusal: null };
const refused = { granted: false, refusal: 'EPERM' };

describe('what a thread may become', () => {
  it.skipIf(process.platform !== 'linux')(
    'is tried in a thread that ends; this one stays as it is',
    async () => {
      const addon = loadAddon();
      const before = [getPriority(0), addon?.threadPolicy(), addon?.threadAffinity()];
      const trial = await tryThreadPolicy();
      for (const attempt of [trial.idle, trial.nice, trial.pinned, trial.named]) {
        if (attempt !== null) expect(attempt.granted).toBe(attempt.refusal === null);
      }
      expect(trial.idle === null).toBe(addon === null);
      expect([getPriority(0), addon?.threadPolicy(), addon?.threadAffinity()]).toEqual(before);
    },
  );
});

describe('what is said of it', () => {
  const said = (trial: Partial<Parameters<typeof threadFindings>[0]>, platform = 'linux') => {
    const all = { idle: granted, nice: granted, pinned: granted, named: granted, ...trial };
    return threadFindings(all, platform).map(({ status, sentence }) => `${status}: ${sentence}`);
  };

  it('is well where all is granted', () => {
    expect(said({})).toEqual([
      'ok: A thread here may enter SCHED_IDLE: shadows run only when nothing else wants to',
      'ok: A thread here may be pinned to CPUs',
    ]);
  });

  it('is less well with each thing that is refused', () => {
    expect(said({ idle: refused })[0]).toBe(
      'warning: A thread here may not enter SCHED_IDLE (EPERM); nice 19 is granted, so shadows get little while the primary works',
    );
    expect(said({ idle: refused, nice: refused })[0]).toBe(
      'problem: A thread here may not enter SCHED_IDLE (EPERM); nice 19 is refused too (EPERM): shadows compete with the primary on equal terms',
    );
    expect(said({ pinned: refused })[1]).toMatch(/^warning: .* pinned to CPUs \(EPERM\)/);
    expect(said({ named: refused })[2]).toMatch(/^warning: .* named \(EPERM\)/);
  });

  it('leaves to the topic of the addon what only the addon could try', () => {
    expect(said({ idle: null, pinned: null, named: null })).toEqual([
      'note: SCHED_IDLE needs the native addon; nice 19 is granted, so shadows get little while the primary works',
    ]);
  });

  it('is that there are none on other systems', () => {
    expect(said({}, 'darwin')).toEqual([
      'note: Threads have no priorities of their own on darwin: shadows compete with the primary',
    ]);
  });
});
