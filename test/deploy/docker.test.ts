import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { serveCommand } from '../../src/cli/serve.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Instructions of a Dockerfile, each in one line. */
function instructionsOf(path: string): { readonly name: string; readonly rest: string }[] {
  const text = textOf(path)
    .replace(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
      return { name, rest };
    });
}

describe.each(['deploy/docker/Dockerfile', 'deploy/docker/Dockerfile.cuda'])('%s', (path) => {
  const instructions = instructionsOf(path);
  const last = (name: string): string => instructions.findLast((one) => one.name === name)?.rest ?? '';
  const words = (name: string): string[] => JSON.parse(last(name).replace(/^.*?\[/, '['));

  it('starts the server with options that it has, on the ports that it exposes', () => {
    expect(words('ENTRYPOINT')).toEqual(['tini', '--', 'understudy']);
    const [name, ...options] = words('CMD');
    expect(name).toBe('serve');
    const command = serveCommand().exitOverride();
    const { operands, unknown } = command.parseOptions(options);
    expect([operands, unknown]).toEqual([[], []]);
    const { httpPort, data } = command.opts();
    // Beside this HTTP port gRPC is on the next one.
    expect(last('EXPOSE')).toBe(`${httpPort} ${httpPort + 1}`);
    expect(data).toBe(last('VOLUME'));
  });

  it('is made of files that are there, and runs as nobody in particular', () => {
    expect(last('USER')).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    expect(last('HEALTHCHECK')).toContain('--start-period=');
    const [program, script = ''] = words('HEALTHCHECK');
    expect(program).toBe('node');
    expect(existsSync(join(root, script))).toBe(true);
    expect(textOf('.dockerignore').split('\n')).toContain(`!${script}`);
    expect(last('COPY')).toBe('--from=build /opt/understudy /opt/understudy');
    expect(last('RUN')).toContain('ln -s /opt/understudy/src/main.ts /usr/local/bin/understudy');
  });

  it('runs scripts that package.json has, but for the dashboard where there is none', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const runs = instructions.filter(({ name }) => name === 'RUN').map(({ rest }) => rest);
    const asked = runs.flatMap((run) => /^npm run (?!--if-present)(\S+)/.exec(run)?.[1] ?? []);
    for (const script of asked) expect(scripts).toHaveProperty(script);
    expect(runs.findIndex((run) => run.includes('npm ci'))).toBe(0);
    // Only then are the tools gone that building takes.
    expect(runs.findIndex((run) => run.includes('npm prune --omit=dev'))).toBeGreaterThan(
      runs.findIndex((run) => run.includes('build:dashboard')),
    );
  });
});

describe('what goes into an image', () => {
  it('leaves out what is built inside, what is secret and what is large', () => {
    const ignored = textOf('.dockerignore').split('\n');
    for (const path of ['**/node_modules', 'native/build', 'data', '.git', 'bench-models']) {
      expect(ignored).toContain(path);
    }
    for (const path of [
      'src',
      'native',
      'scripts',
      'models',
      'package.json',
      'package-lock.json',
      '.npmrc',
    ]) {
      expect(ignored, path).not.toContain(path);
    }
  });
});
