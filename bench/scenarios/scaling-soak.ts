import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadSlice } from '../load-plan.ts';
import { metricLines, sumOf } from '../metrics-text.ts';
import { type ProbedServer, startProbedServer } from '../probed-server.ts';
import type { MemorySample } from '../servers/memory-probe.ts';
import { slopeOf } from '../slope.ts';
import { pointOf } from '../suite/interleave.ts';
import { requestsTo } from '../suite/requests-to.ts';
import { ResourceProbe } from '../suite/resource-probe.ts';
import type { Bench, Case, CaseFindings } from '../suite/scenario.ts';
import type { Ratio, ResourceSample, RoleUse } from '../suite/suite-result.ts';

const rowsPerRequest = 128;
const requestRate = 150;
const connections = 8;
/** So many samples, but none more often than once a second. */
const samples = 120;
/** Resident memory of the last quarter by that of the one before: what is flat has this, with room for noise. */
const wanted = { atMost: 1.02 };

export const soakCase: Case = {
  name: 'soak',
  about: `Whether memory stays flat: ${requestRate} requests of ${rowsPerRequest} rows a second, all shadowed, compared and logged.`,
  ...{ axis: null, ratios: [], quick: true, measure },
};

interface Held extends MemorySample {
  readonly minutes: number;
  readonly comparisons: number;
}

async function measure(bench: Bench): Promise<CaseFindings> {
  const { soakMinutes, seed } = bench.settings;
  await using server = await startProbedServer({ sample: '100%' });
  const form = { model: 'mlp', batchSize: rowsPerRequest, binary: true, seed };
  const load = await requestsTo(server.url, form);
  const began = performance.now();
  const minutes = (): number => (performance.now() - began) / 60_000;
  const every = Math.max(1000, (soakMinutes * 60_000) / samples);
  const probe = await ResourceProbe.start(server, began);
  await bench.generator.start({
    ...{ ...load, connections },
    rate: { perSecond: requestRate, distribution: 'constant', seed: 1, phase: 0 },
  });
  const slices: LoadSlice[] = [];
  const held: Held[] = [];
  const used: ResourceSample[] = [];
  while (minutes() < soakMinutes) {
    await sleep(every);
    slices.push(await bench.generator.slice());
    const memory = await server.memory();
    held.push({ ...memory, minutes: minutes(), comparisons: await rowsOfShadow(server) });
    used.push(withMemory(await probe.sample(), memory));
    bench.tell(`${minutes().toFixed(1)} of ${soakMinutes} minutes, ${mebibytes(memory.residentBytes)} MiB`);
  }
  const rest = await bench.generator.end(5000);
  const last = held.at(-1)!;
  const second = held.slice(Math.floor(held.length / 2));
  const slope = (per: (one: Held) => number, of: (one: Held) => number): string =>
    mebibytes(slopeOf(second.map((one) => [per(one), of(one)])));
  const row = (name: string, of: (one: Held) => number): string[] => [
    ...[name, mebibytes(of(held[0]!)), mebibytes(of(last))],
    slope(({ minutes }) => minutes, of),
    slope(({ comparisons }) => comparisons / 1e6, of),
  ];
  const subject = `${requestRate} requests/s`;
  return {
    points: [
      pointOf(
        {
          ...{ subject, x: null, batchSize: rowsPerRequest },
          loop: { kind: 'open', requestRate },
        },
        slices.map((slice, i) => ({ slice, rest: i === slices.length - 1 ? [rest] : [] })),
      ),
    ],
    ratios: [flatness(held)],
    resources: [{ subject, samples: used }],
    tables: [
      {
        title: `Memory over ${last.minutes.toFixed(1)} minutes and ${last.comparisons.toLocaleString('en-US')} comparisons`,
        head: ['', 'MiB at first', 'at the end', 'MiB per minute', 'MiB per million comparisons'],
        rows: [
          row('resident', ({ residentBytes }) => residentBytes),
          row('heap of the main thread', ({ heapBytes }) => heapBytes),
          row('outside of it', ({ externalBytes }) => externalBytes),
        ],
        note: 'Slopes are those of the second half, since caches and buffers fill first. The garbage of all threads is collected before each sample.',
      },
    ],
  };
}

/** The last quarter by the third. */
function flatness(held: readonly Held[]): Ratio {
  const mean = (some: readonly Held[]): number =>
    some.reduce((sum, { residentBytes }) => sum + residentBytes, 0) / some.length;
  const quarter = Math.floor(held.length / 4);
  const value = quarter === 0 ? null : mean(held.slice(-quarter)) / mean(held.slice(-2 * quarter, -quarter));
  return {
    ...{ measure: 'memory', of: 'the last quarter', by: 'the quarter before', x: null, rounds: [] },
    ...{ value, wanted, doubt: value === null ? 'there were fewer than four samples' : null },
  };
}

function withMemory(
  sample: ResourceSample,
  { residentBytes, heapBytes, externalBytes }: MemorySample,
): ResourceSample {
  const nothing = { cpuPercent: null, gpuPercent: null, gpuMemoryBytes: null };
  const roles: RoleUse[] = sample.roles.map((use) =>
    use.role === 'process' ? { ...use, memoryBytes: residentBytes } : use,
  );
  return {
    ...sample,
    roles: [
      ...roles,
      { ...nothing, role: 'main heap', memoryBytes: heapBytes },
      { ...nothing, role: 'outside the heap', memoryBytes: externalBytes },
    ],
  };
}

async function rowsOfShadow({ url }: ProbedServer): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  return sumOf(metricLines(await response.text()), 'nv_inference_count', { role: 'shadow' });
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
