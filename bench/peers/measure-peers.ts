import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadGenerator, LoadResult } from '../load-generator.ts';
import type { BenchServer } from '../run-scenario.ts';
import { type Contender, reasonToSkip } from './contenders.ts';
import type { Shadow } from './peer-options.ts';

export interface PeersPlan {
  readonly contenders: readonly Contender[];
  /** Of a request of one row. */
  readonly body: string;
  readonly connections: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

export interface PeerRound {
  readonly load: LoadResult;
  /** Share of the requests that the shadow had answered, too, by the end of the load, 0 to 1; null without a shadow. */
  readonly compared: number | null;
}

export interface PeerMeasurement {
  readonly server: string;
  readonly shadow: Shadow;
  readonly rounds: readonly PeerRound[];
}

export interface PeersResult {
  readonly measurements: readonly PeerMeasurement[];
  readonly skipped: readonly { readonly server: string; readonly reason: string }[];
}

interface Started {
  readonly contender: Contender;
  readonly shadow: Shadow;
  readonly server: BenchServer;
  readonly rounds: PeerRound[];
}

const settledMilliseconds = 200;

/**
 * A closed loop on each contender without and with a shadow. They take turns in rounds, each the other way round than the one
 * before, so that a machine that gets slower does so for all; whoever is not measured is stopped, with what its shadow still
 * has to do. Contenders whose programs are missing are skipped.
 */
export async function measurePeers(
  plan: PeersPlan,
  generator: LoadGenerator,
  tell: (progress: string) => void,
): Promise<PeersResult> {
  const { contenders, rounds, seconds, warmUpSeconds } = plan;
  const skipped: { server: string; reason: string }[] = [];
  const present = contenders.filter((contender) => {
    const reason = reasonToSkip(contender);
    if (reason !== null) skipped.push({ server: contender.name, reason });
    return reason === null;
  });
  await using servers = new AsyncDisposableStack();
  const all: Started[] = [];
  for (const contender of present) {
    for (const shadow of ['off', '100%'] as const) {
      tell(`start ${contender.name}, shadow ${shadow}`);
      const server = servers.use(await contender.start(shadow));
      // Who is stopped cannot end.
      servers.defer(() => server.resume());
      server.pause();
      all.push({ contender, shadow, server, rounds: [] });
    }
  }
  for (let round = 0; round <= rounds; round++) {
    for (const started of round % 2 === 0 ? all : all.toReversed()) {
      const { contender, shadow, server } = started;
      tell(`${round === 0 ? 'warm-up' : `round ${round} of ${rounds}`}: ${contender.name}, shadow ${shadow}`);
      server.resume();
      const measured = await measureRound(started, round === 0 ? warmUpSeconds : seconds, plan, generator);
      server.pause();
      if (round > 0) started.rounds.push(measured);
    }
  }
  return {
    measurements: all.map(({ contender, shadow, rounds }) => ({ server: contender.name, shadow, rounds })),
    skipped,
  };
}

async function measureRound(
  { contender, shadow, server: { url } }: Started,
  seconds: number,
  { body, connections }: PeersPlan,
  generator: LoadGenerator,
): Promise<PeerRound> {
  let before = await contender.counts(url);
  // What the shadow had left from the last round is not of this one.
  for (let seen = -1; seen !== before.shadowed; before = await contender.counts(url)) {
    seen = before.shadowed;
    await sleep(settledMilliseconds);
  }
  const address = `${url}/v2/models/mlp/infer`;
  const load = await generator.run({ address, body, seconds, connections, rate: 0 });
  if (load.failed > 0) throw new Error(`${load.failed} requests to ${contender.name} failed`);
  const after = await contender.counts(url);
  const compared = (after.shadowed - before.shadowed) / (after.served - before.served);
  return { load, compared: shadow === 'off' ? null : compared };
}
