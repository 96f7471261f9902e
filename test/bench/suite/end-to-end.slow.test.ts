import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suiteResultSchema } from '../../../bench/suite/suite-result.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-suite-'));
});
afterAll(() => rm(folder, { recursive: true }));

const script = fileURLToPath(new URL('../../../bench/main.ts', import.meta.url));

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('npm run bench', () => {
  it('measures a scenario in a process of its own, and writes it as JSON and as a page', async () => {
    const [json, html] = [join(folder, 'result.json'), join(folder, 'result.html')];
    const { status, stdout, stderr } = await bench(
      ...['--only', 'scaling/concurrency', '--quick', '--seconds', '0.3', '--json', json, '--html', html],
    );
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('1 of 1: scaling/concurrency');
    expect(stdout).toMatch(/understudy +│ 512 +│ 512 at once/);
    const result = suiteResultSchema.parse(JSON.parse(await readFile(json, 'utf8')));
    const { points, failure } = result.scenarios[0]!.cases[0]!;
    expect(failure).toBeNull();
    expect(points.map(({ x, errors }) => [x, errors])).toEqual([
      [1, {}],
      [512, {}],
    ]);
    expect(points[0]!.requestsPerSecond).toBeGreaterThan(0);
    expect(await readFile(html, 'utf8')).toContain('Throughput in rows per second');
  });

  it('says in a sentence what it cannot do, and ends with 2', async () => {
    const other = join(folder, 'other.json');
    await writeFile(other, '{}');
    const [unknown, compare] = await Promise.all([
      bench('--only', 'nothing'),
      bench('--only', 'ceilings', '--compare', other),
    ]);
    expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining('--only names nothing') });
    expect(compare).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('other.json is no result of --json of this version'),
    });
  });
});
