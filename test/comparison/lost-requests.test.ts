import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { LostRequests } from '../../src/comparison/lost-requests.ts';
import { attach, encodeObservation } from '../../src/comparison/mirrored-observation.ts';
import type { ComparisonBatch } from '../../src/log/comparison-batch.ts';

const observation = (id: string, rows: number): Uint8Array =>
  attach(
    0.5,
    encodeObservation({
      ...{ id, entity: null, timestampMs: 1000, segments: { country: 'DE' }, derived: {} },
      ...{ queueMicroseconds: 1, computeMicroseconds: 2, cpuMicroseconds: 3 },
      rows: Array.from({ length: rows }, () => ({
        ...{ status: 'ok' as const, errorCode: null, label: 'yes', value: null },
        ...{ confidence: 0.9, probabilities: null },
      })),
    }),
  );

function lostRequests() {
  const { port1: log, port2: received } = new MessageChannel();
  const failures: unknown[] = [];
  const lost = new LostRequests(
    {
      origin: {
        ...{ model: 'fraud', primaryVersion: '7', shadowVersion: '8', role: 'shadow', primarySha256: 'p' },
        ...{ sampleSalt: 'salt', task: 'classification' },
      },
      ...{
        tolerance: { absolute: 0, relative: 0, cosine: 0.99, overlap: 1 },
        capture: 'none',
        instance: 'i',
        log,
      },
      deadlineMicroseconds: 1000,
    },
    { sha256: 's' },
    (error) => failures.push(error),
  );
  const batches = (): ComparisonBatch[] => {
    const all: ComparisonBatch[] = [];
    for (let one = receiveMessageOnPort(received); one; one = receiveMessageOnPort(received)) {
      all.push(one.message);
    }
    return all;
  };
  return { lost, batches, failures, close: () => log.close() };
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

it('records an error or a timeout for each row of the primary, with what is known of it', async () => {
  const { lost, batches, close } = lostRequests();
  lost.add(observation('crashed', 2), 1000, 'WORKER_DIED');
  lost.add(observation('hung', 1), 1000, 'DEADLINE_EXCEEDED');
  expect(batches()).toEqual([]);
  await turns(10);
  const all = batches();
  expect(all.flatMap(({ requestId }) => requestId)).toEqual(['crashed', 'crashed', 'hung']);
  expect(all.flatMap(({ row }) => row)).toEqual([0, 1, 0]);
  expect(all.flatMap(({ pi }) => pi)).toEqual([0.5, 0.5, 0.5]);
  expect(all.flatMap(({ primary }) => primary.label)).toEqual(['yes', 'yes', 'yes']);
  expect(all.flatMap(({ shadow }) => shadow.status)).toEqual(['error', 'error', 'timeout']);
  const codes = ['WORKER_DIED', 'WORKER_DIED', 'DEADLINE_EXCEEDED'];
  expect(all.flatMap(({ shadow }) => shadow.errorCode)).toEqual(codes);
  expect(all.flatMap(({ agree }) => agree)).toEqual([null, null, null]);
  expect(all.flatMap(({ segments }) => segments.country)).toEqual(['DE', 'DE', 'DE']);
  close();
});

it('does a little in each turn, since the turns are the primary’s, and all of it when told to finish', async () => {
  const { lost, batches, close } = lostRequests();
  const requests = 64;
  for (let i = 0; i < requests; i++) lost.add(observation(`r${i}`, 1000), 1000, 'WORKER_DIED');
  await turns(2);
  const rows = (all: ComparisonBatch[]): number => all.reduce((sum, { row }) => sum + row.length, 0);
  const atFirst = rows(batches());
  expect(atFirst).toBeGreaterThan(0);
  expect(atFirst).toBeLessThan(requests * 1000);
  lost.finish();
  expect(atFirst + rows(batches())).toBe(requests * 1000);
  await turns(3);
  expect(batches()).toEqual([]);
  close();
});

it('tells of what cannot be read, and goes on with the others', async () => {
  const { lost, batches, failures, close } = lostRequests();
  lost.add(Buffer.from('not what was sent'), 1000, 'WORKER_DIED');
  lost.add(observation('sound', 1), 1000, 'WORKER_DIED');
  await turns(5);
  expect(failures).toHaveLength(1);
  expect(batches().flatMap(({ requestId }) => requestId)).toEqual(['sound']);
  close();
});
