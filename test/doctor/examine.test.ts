import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { examine, guarded } from '../../src/doctor/examine.ts';
import { topics } from '../../src/doctor/finding.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';

it('a check that throws becomes a finding', async () => {
  const findings = await guarded('Vulkan', () => Promise.reject(new Error('EIO: i/o error\n at …')));
  expect(findings).toEqual([
    {
      topic: 'Vulkan',
      status: 'warning',
      sentence: 'This could not be looked at: EIO: i/o error',
      mend: null,
    },
  ]);
});

it.skipIf(process.platform !== 'linux')('everything is looked at, in the order of the topics', async () => {
  using directory = temporaryDirectory();
  const models = join(directory.path, 'models');
  mkdirSync(models);
  const options = { models, data: directory.path, host: '127.0.0.1', httpPort: 0, grpcPort: 0, load: false };
  const findings = await examine(options);
  expect([...new Set(findings.map(({ topic }) => topic))]).toEqual([...topics]);
  expect(findings.map(({ sentence }) => sentence)).not.toContainEqual(
    expect.stringMatching(/could not be looked at/),
  );
});

it.skipIf(process.platform !== 'linux')(
  'a file that several checks read and cannot be is told by each',
  async () => {
    using directory = temporaryDirectory();
    const options = {
      models: directory.path,
      data: directory.path,
      host: '127.0.0.1',
      httpPort: 0,
      grpcPort: null,
      load: false,
    };
    const findings = await examine(options, () => {
      throw new Error('EIO: i/o error');
    });
    const unseen = findings.filter(
      ({ sentence }) => sentence === 'This could not be looked at: EIO: i/o error',
    );
    expect(unseen.map(({ topic }) => topic)).toEqual(
      expect.arrayContaining(['cgroup', 'machine', 'GPU', 'models']),
    );
    expect(findings.find(({ topic }) => topic === 'node')?.sentence).not.toMatch(/could not be looked at/);
    expect(new Set(findings.map(({ topic }) => topic))).toEqual(new Set(topics));
  },
);
