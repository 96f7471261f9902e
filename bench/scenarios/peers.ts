import { type Contender, peers as others, understudy } from '../peers/contenders.ts';
import type { Shadow } from '../peers/peer-options.ts';
import type { BenchServer } from '../run-scenario.ts';
import { interleave, loadOf, type Side } from '../suite/interleave.ts';
import { requestsTo } from '../suite/requests-to.ts';
import type { Bench, Case, CaseFindings, Scenario } from '../suite/scenario.ts';

const connections = 32;
/** How many times as many requests the primary is to serve with all of them shadowed: the tee is what most would write. */
const wanted = (peer: string): number => (peer === 'tee' ? 2.5 : 1);

/** Understudy beside what people would build or install instead, each in turn with it, without and with a shadow. */
export const peers: Scenario = {
  name: 'peers',
  title: 'Peers',
  about:
    'The same small MLP, JSON, 1 row, 32 requests at once, beside what people would build or install instead; without a shadow, and with one that is given every request.',
  cases: () => others.map(peerCase),
};

const subject = (name: string, shadow: Shadow): string => `${name}, shadow ${shadow}`;

function peerCase(peer: Contender): Case {
  return {
    name: peer.name,
    about: `Beside ${peer.name}: see docs/benchmarking.md for what it is.`,
    // The others take long; their own tests hold that they work.
    ...{ axis: null, quick: peer.name === 'tee' },
    ratios: [
      {
        ...{ measure: 'throughput', wanted: { atLeast: wanted(peer.name) } },
        ...{ of: subject('understudy', '100%'), by: subject(peer.name, '100%') },
      },
      {
        ...{ measure: 'p99', wanted: null },
        ...{ of: subject('understudy', '100%'), by: subject(peer.name, '100%') },
      },
      ...['understudy', peer.name].map((name) => ({
        ...{ measure: 'throughput' as const, wanted: null },
        ...{ of: subject(name, '100%'), by: subject(name, 'off') },
      })),
    ],
    measure: (bench) => beside(bench, peer),
  };
}

interface Contest {
  readonly contender: Contender;
  readonly shadow: Shadow;
  readonly server: BenchServer;
}

async function beside(bench: Bench, peer: Contender): Promise<CaseFindings> {
  peer.check();
  await using opened = new AsyncDisposableStack();
  const contests: Contest[] = [];
  for (const contender of [peer, understudy]) {
    for (const shadow of ['off', '100%'] as const) {
      const server = opened.use(await contender.start(shadow));
      // Who is stopped cannot end.
      opened.defer(() => server.resume());
      contests.push({ contender, shadow, server });
    }
  }
  const own = contests.find(({ contender }) => contender === understudy)!.server;
  const { address, requests } = await requestsTo(own.url, {
    ...{ model: 'mlp', batchSize: 1, binary: false, seed: bench.settings.seed },
  });
  for (const { server } of contests) server.pause();
  const measured = await interleave(
    bench,
    contests.map(
      ({ contender, shadow, server }): Side => ({
        ...{ subject: subject(contender.name, shadow), x: null, batchSize: 1 },
        // Others have no metrics.
        watched: { url: contender === understudy ? server.url : null, pid: server.pid },
        loop: { kind: 'closed', concurrency: connections },
        // Whoever is not measured is stopped, with what its shadow still has to do.
        enter: () => server.resume(),
        leave: () => server.pause(),
        measure: loadOf({
          address: address.replace(own.url, server.url),
          ...{ requests, connections, rate: null },
        }),
      }),
    ),
  );
  const rows: string[][] = [];
  for (const { contender, server } of contests.filter(({ shadow }) => shadow === '100%')) {
    server.resume();
    const { served, shadowed } = await contender.counts(server.url);
    server.pause();
    rows.push([contender.name, `${((100 * shadowed) / served).toFixed(0)}%`]);
  }
  return {
    ...measured,
    tables: [
      {
        title: 'What the shadow got to',
        head: ['', 'share of the requests that it answered'],
        rows,
        note: 'One that starves, or is left behind, costs nothing.',
      },
    ],
  };
}
