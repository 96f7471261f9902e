import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { understudy } from '../support/server-process.ts';
import { unusedUrl } from './unused-url.ts';

const commands = [
  ...['serve', 'report', 'replay', 'label', 'roles', 'promote', 'rollback', 'shadow', 'demo', 'doctor'],
];

describe('understudy', () => {
  it('lists its commands with --help, and says its version', async () => {
    const [help, version] = await Promise.all([understudy('--help'), understudy('--version')]);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    for (const command of commands) expect(help.stdout).toMatch(new RegExp(`^ {2}${command} .*\\w{3}`, 'm'));
    expect(version).toEqual({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it.each([
    [
      'serve',
      [
        ...['--models', '--data', '--host', '--http-port', '--body-limit', '--log-level'],
        ...['--cpu-set', '--shadow-policy', '--admin-token', '--admin-token-file', '--admin-token-always'],
        '--watch-interval',
      ],
    ],
    [
      'report',
      [
        ...['--url', '--model', '--shadow', '--from', '--to', '--json', '--log', '--primary', '--deployment'],
        ...['--samples-per-segment', '--cycle', '--label-maturity', '--margin', '--alpha'],
        ...['--format', '--output', '--gate', 'Exit status'],
      ],
    ],
    [
      'replay',
      [
        ...['<recording...>', '--models', '--model', '--primary', '--shadow', '--labels', '--data'],
        ...['--strict', '--json', 'Exit status'],
      ],
    ],
    [
      'label',
      ['<file>', '--url', '--model', '--json', '--next', '--limit', '--format', '--output', 'Exit status'],
    ],
    [
      'roles',
      ['--url', '--model', '--admin-token', '--admin-token-file', '--audit', '--json', 'Exit status'],
    ],
    ['promote', ['[version]', '--url', '--model', '--reason', '--by', '--gate', '--json', 'Exit status']],
    ['rollback', ['--url', '--model', '--reason', '--by', '--json', 'Exit status']],
    [
      'shadow',
      [
        '<action>',
        '<version>',
        '--sample',
        '--isolation',
        '--deadline',
        '--memory-limit',
        '--by',
        'Exit status',
      ],
    ],
    ['demo', ['--requests', '--http-port', '--exit']],
    ['doctor', ['--models', '--data', '--host', '--http-port', '--load', '--json', 'Exit status']],
  ])('%s --help explains every option', async (command, options) => {
    const { status, stdout, stderr } = await understudy(command, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`Usage: understudy ${command}`);
    for (const option of options) expect(stdout).toContain(option);
  });

  it.each([
    [['sevre'], /unknown command 'sevre'/],
    [['report', '--jsno'], /unknown option '--jsno'/],
    [['report', 'extra'], /too many arguments/],
    [['report', '--shadow'], /option '--shadow <version>' argument missing/],
    [
      ['report', '--url', 'nonsense'],
      /'nonsense' is invalid.* expected a URL such as http:\/\/127\.0\.0\.1:8000/,
    ],
    [['label'], /missing required argument 'file'/],
    [['serve', '--http-port', '70000'], /'70000' is invalid.* expected a port from 0 to 65535/],
    [['serve', '--body-limit', 'much'], /'much' is invalid.* expected a size from 1B to 2GiB/],
    [['serve', '--log-level', 'loud'], /'loud' is invalid.* silent, error, warn, info, debug/],
    [['serve', '--cpu-set', 'shadow'], /'shadow' is invalid.* expected ROLE=CPUS such as shadow=2-3/],
    [['serve', '--cpu-set', 'understudy=1'], /there is no role "understudy"; there are primary, shadow/],
    [['serve', '--cpu-set', 'shadow=3-1'], /'shadow=3-1' is invalid/],
    [['serve', '--shadow-policy', 'rude'], /'rude' is invalid.* idle, nice, normal/],
    [['serve', '--watch-interval', '1'], /'1' is invalid.* expected a time from 10ms to 1h/],
    [['serve', '--admin-token-always'], /--admin-token-always needs a token/],
    [
      ['serve', '--admin-token', 'x', '--admin-token-file', 'y'],
      /'--admin-token <token>' cannot be used with/,
    ],
    [['shadow', 'hide', '8'], /'hide' is invalid.* add, change, pause, resume, remove/],
    [['shadow', 'add'], /missing required argument 'version'/],
    [['shadow', 'pause', '8', '--memory-limit', '1GiB'], /'--memory-limit' is for add and change only/],
    [['roles', '--audit', 'all'], /'all' is invalid.* expected a whole number from 1 to 1000/],
    [['demo', '--requests', 'few'], /'few' is invalid.* expected a whole number, 1000 or more/],
  ])('refuses %j with a sentence and status 2', async (args, sentence) => {
    const { status, stdout, stderr } = await understudy(...args);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('a command that needs a server', () => {
  it.each([['report'], ['label', 'truth.csv'], ['promote'], ['rollback'], ['shadow', 'pause', '8']])(
    '%s says that none answers, where, and what to do',
    async (...args) => {
      const url = await unusedUrl();
      const { status, stdout, stderr } = await understudy(...args, '--url', url);
      expect(stderr).toContain(`no server answers at ${url} (`);
      expect(stderr).toContain('start one with "npm start", or say --url');
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    },
  );

  it.each([
    ['text/html', '<h1>It works</h1>', 'gives no JSON, so it is no Understudy server'],
    ['application/json', '{}', 'is no Understudy server'],
  ])('says so when another one (%s) answers', async (type, body, sentence) => {
    const other = createServer((_, response) => response.setHeader('content-type', type).end(body));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = other.address() as AddressInfo;
      const { status, stderr } = await understudy('report', '--url', `http://127.0.0.1:${port}`);
      expect(stderr).toContain(`what answers at http://127.0.0.1:${port}`);
      expect(stderr).toContain(sentence);
      expect(status).toBe(1);
    } finally {
      other.close();
    }
  });
});
