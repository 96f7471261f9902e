import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskFindings } from '../../src/doctor/disk.ts';
import { readDiskFacts } from '../../src/doctor/read-disk.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';

const tmpfs = 0x01021994;

describe('reading the disk', () => {
  it('writes, syncs, times and leaves nothing behind', async () => {
    using directory = temporaryDirectory();
    const facts = await readDiskFacts(directory.path);
    expect(facts).toMatchObject({
      folder: directory.path,
      triedIn: directory.path,
      obstacle: null,
      refusal: null,
    });
    expect(facts.freeBytes).toBeGreaterThan(0);
    expect(facts.fsyncMilliseconds).toBeGreaterThan(0);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  it('tries the folder above where there is none yet, and does not make it', async () => {
    using directory = temporaryDirectory();
    const folder = join(directory.path, 'some', 'data');
    expect(await readDiskFacts(folder)).toMatchObject({ folder, triedIn: directory.path, refusal: null });
    expect(existsSync(folder)).toBe(false);
  });

  it('finds a file in its place, or on the way to it', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'data');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'below')]) {
      expect(await readDiskFacts(folder)).toMatchObject({
        obstacle: `${file} is a file`,
        fsyncMilliseconds: null,
      });
    }
  });

  it.skipIf(!existsSync('/proc/self'))('is refused where nobody can write', async () => {
    const { refusal } = await readDiskFacts('/proc/self');
    expect(refusal).toMatch(/^E[A-Z]+/);
  });

  it.skipIf(!existsSync('/dev/shm'))('tells a file system in memory', async () => {
    const { fileSystem } = await readDiskFacts('/dev/shm');
    expect(fileSystem).toBe(tmpfs);
  });
});

describe('what is said of the disk', () => {
  const well = {
    folder: '/srv/data',
    triedIn: '/srv/data',
    obstacle: null,
    refusal: null,
    freeBytes: 100 * 2 ** 30,
    fileSystem: 0xef53,
    fsyncMilliseconds: 0.456,
  };
  const said = (facts: Partial<Parameters<typeof diskFindings>[0]>) =>
    diskFindings({ ...well, ...facts }).map(({ status, sentence }) => `${status}: ${sentence}`);

  it('is what there is, where all is well', () => {
    expect(said({})).toEqual([
      'ok: The data folder /srv/data can be written to',
      'ok: 100 GiB are free there',
      'ok: Its file system is ext4',
      'ok: An append is on the disk after 0.46 ms (fsync, median)',
    ]);
  });

  it.each([
    [6 * 2 ** 30, 'ok: 6 GiB are free there'],
    [4 * 2 ** 30, 'warning: 4 GiB are free there'],
    [200 * 2 ** 20, 'problem: 200 MiB are free there'],
  ])('judges %d free bytes', (freeBytes, sentence) => {
    expect(said({ freeBytes })[1]).toBe(sentence);
  });

  it.each([
    [0x58465342, 'ok', 'XFS'],
    [tmpfs, 'warning', 'tmpfs: log, labels and roles are gone when the machine restarts'],
    [0x6969, 'warning', 'NFS, which may reach over a network'],
    [0x794c7630, 'warning', 'overlayfs, a container'],
    [0xbeef, 'ok', 'of type 0xbeef'],
  ])('judges file system 0x%s', (fileSystem, status, words) => {
    expect(said({ fileSystem })[2]).toContain(`${status}: Its file system is ${words}`);
  });

  it.each([
    [50, 'ok'],
    [51, 'note'],
    [300, 'warning'],
  ])('judges an fsync of %d ms', (fsyncMilliseconds, status) => {
    expect(said({ fsyncMilliseconds })[3]).toMatch(new RegExp(`^${status}: `));
  });

  it('is a problem alone where nothing can be kept', () => {
    expect(said({ refusal: 'EACCES: permission denied', fsyncMilliseconds: null })).toEqual([
      'problem: Nothing can be written to /srv/data, where the log would be kept (EACCES: permission denied)',
    ]);
    expect(said({ obstacle: '/srv is a file' })).toEqual([
      'problem: The data folder /srv/data cannot be there: /srv is a file',
    ]);
  });
});
