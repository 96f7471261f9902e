import { beforeAll, describe, expect, it } from 'vitest';
import { LoadGenerator } from '../../../bench/load-generator.ts';
import { type Contender, peers, understudy } from '../../../bench/peers/contenders.ts';
import { measurePeers, type PeersResult } from '../../../bench/peers/measure-peers.ts';
import { mlpBody } from './mlp-request.ts';

let result: PeersResult;
const told: string[] = [];
beforeAll(async () => {
  using generator = new LoadGenerator();
  const [tee] = peers;
  const absent: Contender = {
    ...tee!,
    name: 'absent',
    check: () => {
      throw new Error('it is not installed');
    },
  };
  const loads = { body: mlpBody(1), connections: 4, rounds: 2, seconds: 0.3, warmUpSeconds: 0.3 };
  result = await measurePeers({ contenders: [tee!, absent, understudy], ...loads }, generator, (progress) =>
    told.push(progress),
  );
});

describe('a comparison with peers', () => {
  it('measures each of them in every round, without and with a shadow', () => {
    expect(result.measurements.map(({ server, shadow }) => [server, shadow])).toEqual([
      ['tee', 'off'],
      ['tee', '100%'],
      ['understudy', 'off'],
      ['understudy', '100%'],
    ]);
    for (const { rounds } of result.measurements) {
      expect(rounds).toHaveLength(2);
      for (const { load } of rounds) expect(load.requestsPerSecond).toBeGreaterThan(0);
    }
  });

  it('takes them in turn, back and forth', () => {
    const order = (prefix: string) =>
      told.filter((line) => line.startsWith(prefix)).map((line) => line.slice(line.indexOf(':')));
    expect(order('round 1')).toHaveLength(4);
    expect(order('round 1')).toEqual(order('round 2').toReversed());
  });

  it('tells how much the shadows did', () => {
    for (const { server, shadow, rounds } of result.measurements) {
      for (const { compared } of rounds) {
        if (shadow === 'off') expect(compared).toBeNull();
        // The tee leaves nothing out, but its last answers are given before their shadow has run.
        else if (server === 'tee') expect(compared).toBeGreaterThan(0.9);
        // Understudy's gets what the others leave, in so short a time on a busy machine perhaps nothing.
        else expect(compared).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('leaves out whose program is missing, and says why', () => {
    expect(result.skipped).toEqual([{ server: 'absent', reason: 'it is not installed' }]);
  });
});
