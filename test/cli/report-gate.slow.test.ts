import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { gateExitCodes } from '../../src/cli/report-gate.ts';
import { understudy } from '../support/server-process.ts';
import { simulatedReport } from '../support/simulated-report.ts';
import { unusedUrl } from './unused-url.ts';

/** What answers for a server: a report by the name of its model. */
const reports = new Map<string, unknown>();
const server = createServer((request, response) => {
  const name = /models\/(\w+)\/report/.exec(request.url ?? '')?.[1] ?? '';
  response.setHeader('content-type', 'application/json');
  if (!reports.has(name)) response.statusCode = 404;
  response.end(JSON.stringify(reports.get(name) ?? { error: `model ${name} has no shadow` }));
});
let url: string;
let folder: string;
beforeAll(async () => {
  const rejected = await simulatedReport();
  const decided = (decision: Report['verdict']['decision'], reason: string): Report => ({
    ...rejected,
    verdict: { decision, reasons: [reason] },
  });
  reports.set('bad', rejected);
  reports.set('good', decided('promote', 'v8 is no worse than v7.'));
  reports.set('early', decided('keep_shadowing', 'No label has come yet.'));
  reports.set('strange', { ...rejected, verdict: { decision: 'perhaps', reasons: [] } });
  reports.set('other', { hello: 'world' });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'understudy-gate-'));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const gate = (model: string, ...args: readonly string[]) =>
  understudy('report', '--url', url, '--model', model, '--gate', ...args);

describe('understudy report --gate', () => {
  it.each([
    ['good', 0, '✓ PROMOTE  fraud  v7 → v8\n  - v8 is no worse than v7.\n'],
    ['early', 3, '… KEEP SHADOWING  fraud  v7 → v8\n  - No label has come yet.\n'],
  ])('of a model that is %s exits with %i and says why on standard error', async (model, status, verdict) => {
    const ended = await gate(model, '--json');
    expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status, stderr: verdict });
    expect(JSON.parse(ended.stdout)).toEqual(reports.get(model));
  });

  it('exits with 4 where one segment regressed, though all rows together are better', async () => {
    const { status, stderr, stdout } = await gate('bad', '--format', 'markdown');
    expect(status).toBe(4);
    expect(stderr).toMatch(
      /^✗ REJECT {2}fraud {2}v7 → v8\n {2}- country=BR: v8 is right 1\d\.\d points less often/,
    );
    expect(stdout).toMatch(/^## ✗ REJECT/);
  });

  it('says the verdict once, in the table, where that is printed', async () => {
    const { status, stdout, stderr } = await gate('bad');
    expect({ status, stderr }).toEqual({ status: 4, stderr: '' });
    expect(stdout).toContain(' REJECT ');
  });

  it.each([
    ['none', 'the server answered 404: model none has no shadow'],
    ['strange', 'the server’s report has no verdict that this version knows'],
    ['other', 'the server’s report has no verdict that this version knows'],
  ])('exits with 1 when there is no verdict (%s), and prints nothing', async (model, sentence) => {
    const { status, stdout, stderr } = await gate(model, '--json');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('exits with 1 when no server answers', async () => {
    const ended = await understudy('report', '--url', await unusedUrl(), '--model', 'good', '--gate');
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain('no server answers at');
  });

  it('exits with 2 for wrong use', async () => {
    expect(await gate('good', '--format', 'pdf')).toMatchObject({ status: 2, stdout: '' });
    const both = await gate('good', '--json', '--format', 'html');
    expect(both).toMatchObject({ status: 2, stdout: '' });
    expect(both.stderr).toContain("'--json' cannot be used with option '--format <format>'");
  });

  it('exits with 1 when the file cannot be written, whatever the verdict', async () => {
    const { status, stderr } = await gate('good', '--output', join(folder, 'no', 'such', 'report.html'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/report\.html cannot be written \(.*\); say another file with --output/);
  });
});

it('the exit statuses of the gate are those that the page gives', async () => {
  const page = await readFile(new URL('../../docs/pipelines.md', import.meta.url), 'utf8');
  for (const [decision, code] of Object.entries(gateExitCodes)) {
    expect(page).toMatch(new RegExp(`^\\| ${code} \\| [^|]*\`${decision}\` \\|$`, 'm'));
  }
});

describe('understudy report --output', () => {
  it('writes Parquet to the file, byte for byte', async () => {
    const file = join(folder, 'report.parquet');
    const asked = ['--url', url, '--model', 'bad', '--format', 'parquet', '--output', file];
    expect(await understudy('report', ...asked)).toMatchObject({ status: 0, stdout: '' });
    const bytes = await readFile(file);
    expect(bytes.subarray(0, 4).toString() + bytes.subarray(-4).toString()).toBe('PAR1PAR1');
  });

  it.each([
    ['html', /^<!doctype html>/],
    ['markdown', /^## ✗ REJECT/],
    ['json', /^\{\n {2}"model": "fraud"/],
    ['table', /^\n REJECT {3}fraud/],
  ])('writes %s to the file and nothing to standard output', async (format, beginning) => {
    const file = join(folder, `report.${format}`);
    const ended = await understudy(
      'report',
      '--url',
      url,
      '--model',
      'bad',
      '--format',
      format,
      '--output',
      file,
    );
    expect(ended).toEqual({ status: 0, stdout: '', stderr: `Written to ${file}.\n` });
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(beginning);
    expect(text).not.toContain('\u001b');
  });
});
