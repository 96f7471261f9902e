import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from '../../src/repository/audit-log.ts';
import type { RoleChange } from '../../src/repository/role-change.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-audit-'));
});
afterEach(() => rm(directory, { recursive: true }));

const path = () => join(directory, 'audit.jsonl');
const change = (revision: number, model = 'fraud'): RoleChange => ({
  ...{ model, revision, at: '2026-11-26T06:00:00.000Z', action: 'promote' },
  before: { primary: '7', shadows: [] },
  after: { primary: '8', shadows: [] },
  ...{ by: 'alice', reason: 'two lines\nof text', address: '127.0.0.1' },
});
const revisions = async (log: AuditLog, limit = 100, model = 'fraud') =>
  (await log.read(model, limit)).map(({ revision }) => revision);

describe('the audit log', () => {
  it('is read newest first, by model, and is there again when it is opened again', async () => {
    const log = new AuditLog(join(directory, 'not', 'yet'));
    for (const revision of [1, 2, 3]) await log.append(change(revision));
    await log.append(change(1, 'churn'));
    expect(await revisions(log, 2)).toEqual([3, 2]);
    const again = new AuditLog(join(directory, 'not', 'yet'));
    expect(await again.read('fraud', 1)).toEqual([change(3)]);
    expect(await revisions(again, 10, 'churn')).toEqual([1]);
    expect(await again.read('nobody', 10)).toEqual([]);
  });

  it('is one line of JSON for each change', async () => {
    const log = new AuditLog(directory);
    await Promise.all([1, 2, 3].map((revision) => log.append(change(revision))));
    const lines = (await readFile(path(), 'utf8')).split('\n');
    expect(lines.slice(0, 3).map((line) => JSON.parse(line))).toEqual([1, 2, 3].map((one) => change(one)));
    expect(lines[3]).toBe('');
  });

  it('goes on after a line that a crash has torn', async () => {
    const log = new AuditLog(directory);
    for (const revision of [1, 2]) await log.append(change(revision));
    const { length } = await readFile(path());
    await truncate(path(), length - 20);
    const again = new AuditLog(directory);
    expect(await revisions(again)).toEqual([1]);
    await again.append(change(3));
    expect(await revisions(again)).toEqual([3, 1]);
  });

  it('gets the line that a crash has kept from it, and no other', async () => {
    const log = new AuditLog(directory);
    for (const revision of [1, 2]) await log.append(change(revision));
    await log.complete([change(2), change(1, 'churn')]);
    expect(await revisions(log)).toEqual([2, 1]);
    expect(await revisions(log, 10, 'churn')).toEqual([1]);
    await log.complete([change(3)]);
    expect(await revisions(log)).toEqual([3, 2, 1]);
  });

  it('passes over what is no change', async () => {
    await writeFile(path(), `[]\n{"model":"fraud"}\n${JSON.stringify(change(1))}\nnull\n\n`);
    expect(await revisions(new AuditLog(directory))).toEqual([1]);
  });

  it('is put aside when it is full, and only so many files are kept', async () => {
    const size = JSON.stringify(change(10)).length + 1;
    const log = new AuditLog(directory, { maxFileBytes: 3 * size, formerFiles: 2 });
    for (let revision = 10; revision < 30; revision++) await log.append(change(revision));
    expect((await readdir(directory)).sort()).toEqual(['audit.1.jsonl', 'audit.2.jsonl', 'audit.jsonl']);
    expect(await revisions(log)).toEqual([29, 28, 27, 26, 25, 24, 23, 22]);
    // A crash between putting one aside and writing the next.
    await rm(path());
    expect((await revisions(log))[0]).toBe(27);
  });

  it('keeps what could not be written for the next time', async () => {
    const log = new AuditLog(directory);
    await mkdir(path());
    await expect(log.append(change(1))).rejects.toThrow();
    await rm(path(), { recursive: true });
    await log.append(change(2));
    expect(await revisions(log)).toEqual([2, 1]);
    // As after a disk that was full in the middle of a line.
    await appendFile(path(), JSON.stringify(change(2)));
    await log.append(change(3));
    expect(await revisions(log)).toEqual([3, 2, 1]);
  });
});
