import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeHistogram, latencyAt } from '../../../bench/perf/histogram.ts';
import { type PerfResult, perfResultSchema } from '../../../bench/perf/perf-result.ts';
import { lookup } from '../../support/onnx-models/other-inputs.ts';
import { mlp } from '../../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

let server: TestServer;
let folder: string;
let wrongRows: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-perf-'));
  server = await startTestServer({
    models: { 'mlp/7/model.onnx': mlp({ inputs: 4 }), 'lookup/1/model.onnx': lookup() },
  });
  wrongRows = join(folder, 'rows.json');
  await writeFile(wrongRows, JSON.stringify({ data: [{ index: [99] }] }));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const script = fileURLToPath(new URL('../../../bench/perf/main.ts', import.meta.url));

function perf(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, '-m', 'mlp', '-u', server.url, ...args], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const resultOf = async (path: string): Promise<PerfResult> =>
  perfResultSchema.parse(JSON.parse(await readFile(path, 'utf8')));

describe('bench:perf', () => {
  it('says why the server refuses its requests before it sends thousands', async () => {
    const { status, stderr } = await perf('-m', 'lookup', '--input-data', wrongRows, '-r', '3');
    expect(status).toBe(2);
    expect(stderr).toContain('the server answered the first request with 400: {"error":');
  });

  it('measures a server and tells it in a table, as JSON and as CSV; another run is compared with it', async () => {
    const [json, csv] = [join(folder, 'result.json'), join(folder, 'result.csv')];
    const short = ['--concurrency-range', '4', '-b', '2', '-p', '200', '-r', '3', '--percentile', '95'];
    const { status, stdout, stderr } = await perf(...short, '--json', json, '-f', csv);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/batch 2, concurrency 4, window 3 of at most 3: \d+ infer\/s, p95 \d+\.\d\d ms/);
    expect(stdout).toMatch(/mlp at http:\S+ \(understudy /);
    const result = await resultOf(json);
    const [point] = result.points;
    expect(result.points).toHaveLength(1);
    expect(point).toMatchObject({
      batchSize: 2,
      concurrency: 4,
      requestRate: null,
      errors: {},
      unanswered: 0,
    });
    expect(point!.windows).toHaveLength(3);
    expect(point!.inferencesPerSecond).toBe(2 * point!.requestsPerSecond);
    expect(latencyAt(decodeHistogram(point!.histogram), 95)).toBe(point!.latencyMilliseconds);
    // What the server counted in the windows is what the generator saw answered, but for what went through while the counters were asked for.
    const answered = point!.windows.reduce((sum, window) => sum + window.answered, 0);
    expect(point!.server!.requests / answered).toBeGreaterThan(0.5);
    expect(point!.server!.computeMicrosecondsPerRequest).toBeGreaterThan(0);
    expect(result.machine.cpus).toBeGreaterThan(0);
    expect((await readFile(csv, 'utf8')).split('\n')[1]).toMatch(/^4,2,\d+\.\d,\d+,\d+(,\d+){4}$/);

    // As if it had been ten times faster then: now must be worse, whatever the noise of the machine is.
    const faster = result.points.map((old) => ({
      ...old,
      generatorLimit: null,
      windows: old.windows.map((window) => ({
        ...window,
        requestsPerSecond: point!.requestsPerSecond * 100,
        latencyMilliseconds: point!.latencyMilliseconds! / 100,
      })),
    }));
    await writeFile(json, JSON.stringify({ ...result, points: faster }));
    const second = await perf(...short, '--compare', json);
    expect(second.stdout).toContain('new by old');
    // Where this machine is so busy that the generator is the limit, nothing is compared.
    const limited = second.stdout.includes('now the generator was');
    expect(second.status).toBe(limited ? 0 : 1);
    expect(second.stdout).toContain(limited ? 'not comparable' : 'worse');
  });

  it('finds the rate that keeps under a threshold, with Poisson arrivals and binary tensors', async () => {
    const json = join(folder, 'rates.json');
    const { status, stdout, stderr } = await perf(
      ...['--request-rate-range', '150', '--request-distribution', 'poisson', '--binary'],
      ...['-l', '2000', '-p', '200', '-r', '3', '--json', json],
    );
    expect(status, stderr).toBe(0);
    const { points, best, distribution } = await resultOf(json);
    expect(points.map(({ requestRate }) => requestRate)).toEqual([150]);
    expect(distribution).toBe('poisson');
    expect(best).toEqual([{ batchSize: 1, point: 0 }]);
    expect(stdout).toContain('batch 1: 150 requests/s is the highest that kept a mean of at most 2000 ms');
  });

  it('says in a sentence what it cannot measure, and ends with 2', async () => {
    const [unknown, shape, file] = await Promise.all([
      perf('-x', '99'),
      perf('--shape', 'x:5'),
      perf('--compare', script),
    ]);
    expect(unknown).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("instead of the model's metadata"),
    });
    expect(shape).toMatchObject({ status: 2, stderr: expect.stringContaining('does not fit [4]') });
    expect(file).toMatchObject({ status: 2, stderr: expect.stringContaining('main.ts is no JSON') });
  });
});
