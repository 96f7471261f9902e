import { execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const compiler = process.env.CXX ?? 'c++';
const headers: { include_dir: string } = createRequire(import.meta.url)('node-api-headers');

/** In CI there is one, so a missing one is a failure there. */
export const hasNoCompiler = process.env.CI === undefined && spawnSync(compiler, ['--version']).status !== 0;

/** Compiles a source of this folder to a library in the given one; its path. */
export function compileLibrary(
  name: 'fake-nvml' | 'malloc-use',
  folder: string,
  ...definitions: readonly string[]
): string {
  const library = join(folder, `${[name, ...definitions].join('-')}.node`);
  const source = fileURLToPath(new URL(`./${name}.cc`, import.meta.url));
  const options = [
    '-std=c++17',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-shared',
    '-fPIC',
    '-I',
    headers.include_dir,
  ];
  execFileSync(compiler, [...options, ...definitions.map((given) => `-D${given}`), source, '-o', library], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  return library;
}
