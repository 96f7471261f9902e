import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';

const main = fileURLToPath(new URL('../../fuzz/main.ts', import.meta.url));

function fuzz(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return `${status}: ${stdout}${stderr}`;
}

describe('npm run fuzz', () => {
  it('says how many inputs of a target were run and what they reached', () => {
    expect(fuzz('--target', 'timestamp', '--seconds', '0.1', '--seed', '3')).toMatch(
      /^0: timestamp +\d+ executions in [\d.]+ s \(\d+\/s\), \d+ of \d+ blocks, \d+ features, \d+ inputs/,
    );
  });

  it('runs the input of a finding again', () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'timestamp.0123');
    writeFileSync(file, '2026-02-30T00:00:00Z');
    expect(fuzz('--reproduce', file)).toMatch(/^0: timestamp: nothing is found any more/);
    writeFileSync(join(directory.path, 'other'), '');
    expect(fuzz('--reproduce', join(directory.path, 'other'))).toMatch(
      /^2: error: the name of .*other must begin/,
    );
  });
});
