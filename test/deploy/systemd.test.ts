import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { graceMs } from '../../src/cli/exit-on-signal.ts';
import { serveCommand } from '../../src/cli/serve.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const unit = readFileSync(join(root, 'deploy/systemd/understudy.service'), 'utf8');
const settingOf = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
const canVerify = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('the systemd unit', () => {
  it.skipIf(!canVerify)('is one that systemd reads without a warning (needs systemd-analyze)', () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'understudy.service');
    // Programs and pages of this checkout stand in for those of an installation.
    writeFileSync(file, unit.replaceAll('/opt/understudy', root));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    });
    expect(stderr.split('\n').filter((line) => line.includes('understudy.service'))).toEqual([]);
    expect(status).toBe(0);
  });

  it('starts the server with options that it has', () => {
    const [, options = ''] = settingOf('ExecStart').split(' serve ');
    const command = serveCommand().exitOverride();
    const { operands, unknown } = command.parseOptions(options.split(' '));
    expect(operands).toEqual([]);
    expect(unknown).toEqual([]);
    expect(command.opts()).toMatchObject({ host: '127.0.0.1', data: '/var/lib/understudy' });
  });

  it('leaves it the time that a drain may take, and a place to write', () => {
    expect(Number(settingOf('TimeoutStopSec')) * 1000).toBeGreaterThan(graceMs);
    expect(settingOf('ExecStart')).toContain(`--data /var/lib/${settingOf('StateDirectory')} `);
  });
});
