import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { perfCommand } from '../../bench/perf/flags.ts';
import { suiteCommand } from '../../bench/suite/flags.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { createProgram } from '../../src/cli/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true }).map(String),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => (path.includes('README') || path.includes('CONTRIBUTING') ? path : join('docs', path)));
const scripts: Readonly<Record<string, string>> = packageJson.scripts;

interface Line {
  readonly page: string;
  /** Without the prompt, comments, and what follows a pipe. */
  readonly words: readonly string[];
}

/** What stands in blocks and spans of code, a command each. */
function commandsIn(page: string): Line[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/^ *```\w*\n(.*?)^ *```/gms)].flatMap(([, block]) =>
    block!.replaceAll(/\\\n\s*/g, ' ').split('\n'),
  );
  const spans = [...text.replaceAll(/^ *```.*?^ *```/gms, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, span]) => span!,
  );
  return [...blocks, ...spans].flatMap((line) =>
    line
      .replace(/(^|\s)#.*$/, '')
      .split(/\s(?:&&|\|\||\||;|&|>)(?=\s|$)/)
      .map((command) => ({ page, words: wordsOf(command.replace(/^\s*(\$ |- run: |run: )?/, '')) })),
  );
}

function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)]
    .map(([word]) => word.replaceAll(/["']/g, '').replace(/^\$\w+$/, 'http://localhost:8000'))
    .filter((word) => word !== '…');
}

/** Parses the words as the command line would, and does nothing. */
async function parse(command: Command, words: readonly string[]): Promise<void> {
  const quiet = (one: Command): void => {
    one.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    if (one.commands.length === 0) one.action(() => {});
    for (const child of one.commands) quiet(child);
  };
  quiet(command);
  await command.parseAsync([...words], { from: 'user' });
}

async function refusalOf(command: Command, words: readonly string[]): Promise<string | null> {
  try {
    await parse(command, words);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Of a script that has a command line of its own; flags of others must stand in the script, or in what lies beside it. */
function commandOf(script: string): Command | null {
  const serving = /^node src\/main\.ts (\w+)$/.exec(scripts[script]!);
  if (serving) return createProgram().commands.find((one) => one.name() === serving[1])!;
  if (scripts[script]!.startsWith('node bench/main.ts')) return suiteCommand(async () => {});
  return script === 'bench:perf' ? perfCommand(async () => {}) : null;
}

async function wrongIn({ page, words }: Line): Promise<string | null> {
  const [first, second = '', ...rest] = words[0] === 'npx' ? words.slice(1) : words;
  const said = `${page}: ${words.join(' ')}`;
  const wrong = (refusal: string | null) => (refusal === null ? null : `${said}: ${refusal}`);
  if (first === 'understudy') return wrong(await refusalOf(createProgram(), [second, ...rest]));
  if (first !== 'npm' || !['run', 'start', 'test'].includes(second)) return null;
  const [script = '', ...more] = (second === 'run' ? rest : [second, ...rest]).filter(
    (word) => word !== '-s',
  );
  if (!(script in scripts)) return wrong(`there is no script ${script}`);
  const flags = more[0] === '--' ? more.slice(1) : more;
  if (flags.length === 0) return null;
  const command = commandOf(script);
  if (command) return wrong(await refusalOf(command, flags));
  const main = scripts[script]!.split(' ').find((word) => word.endsWith('.ts'));
  const folder = join(root, dirname(main ?? ''));
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const text = sources.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const unknown = flags.filter((flag) => flag.startsWith('--') && !text.includes(flag.slice(2)));
  return unknown.length === 0 ? null : wrong(`${folder} does not know ${unknown.join(', ')}`);
}

const isOurs = ({ words }: Line): boolean => {
  const [first, second] = words[0] === 'npx' ? words.slice(1) : words;
  return (first === 'understudy' && second !== undefined) || first === 'npm';
};

describe('the commands that the pages tell people to type', () => {
  it('are there, with those options and such values', async () => {
    const commands = pages.flatMap(commandsIn).filter(isOurs);
    expect(commands.length).toBeGreaterThan(60);
    const wrong = (await Promise.all(commands.map(wrongIn))).filter((one) => one !== null);
    expect(wrong).toEqual([]);
  });

  it('would be found out if they were wrong', async () => {
    const wrong = (text: string) => wrongIn({ page: 'page', words: wordsOf(text) });
    for (const good of [
      'npx understudy report --gate',
      'npm start -- --http-port 0',
      'npm run bench -- --quick',
    ])
      expect(await wrong(good)).toBeNull();
    for (const bad of [
      ...['npx understudy reports', 'npx understudy report --gates', 'understudy report --json=no'],
      ...['npm run benches', 'npm start -- --http-port x', 'npm run bench -- --quickly'],
      ...['npm run bench:statistics -- --dice 2', 'npm run demo -- --quit'],
    ])
      expect(await wrong(bad), bad).toMatch(/^page: /);
  });
});
