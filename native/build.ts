import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds the addon at install, with the machine's C++ compiler and headers that came as a package. Without a
 * compiler the install goes on: the server then does with nice values what it would do with SCHED_IDLE.
 */
const folder = fileURLToPath(new URL('.', import.meta.url));
const output = join(folder, 'build', 'understudy.node');

if (process.platform !== 'linux') {
  process.stdout.write(
    'The native addon places threads on Linux; on this system there is nothing to build.\n',
  );
} else {
  try {
    const headers: { include_dir: string } = createRequire(import.meta.url)('node-api-headers');
    mkdirSync(join(folder, 'build'), { recursive: true });
    const sources = readdirSync(folder).filter((file) => file.endsWith('.cc'));
    execFileSync(
      process.env.CXX ?? 'c++',
      [
        ...['-std=c++17', '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-DNAPI_VERSION=8'],
        ...['-I', headers.include_dir, ...sources.map((file) => join(folder, file)), '-o', output],
      ],
      { stdio: ['ignore', 'inherit', 'pipe'] },
    );
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n').slice(0, 6).join('\n') : String(error);
    process.stderr.write(
      `The native addon could not be built: ${why}\n` +
        'The server runs without it; its shadow threads are niced instead of idle. Install a C++ compiler ' +
        '(g++ or clang) and run "npm run build:native".\n',
    );
  }
}
