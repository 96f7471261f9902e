import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds the addon at install, with the machine's C++ compiler (`CXX`, `CXXFLAGS`) and headers that came as a package.
 * Without a compiler the install goes on, and what is lost is said here, in the log and by `doctor`.
 */
const folder = fileURLToPath(new URL('.', import.meta.url));
const output = join(folder, 'build', 'understudy.node');
/** Put in place when it is whole: a server may be loading the old one meanwhile. */
const unfinished = join(folder, 'build', `understudy.${process.pid}.node`);

if (process.platform !== 'linux') {
  process.stdout.write(
    'The native addon places threads on Linux; on this system there is nothing to build.\n',
  );
} else {
  try {
    build();
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n').slice(0, 6).join('\n') : String(error);
    process.stderr.write(
      `The native addon could not be built: ${why}\n` +
        'The server runs without it. Lost are: threads that run only when nothing else wants to (shadows are ' +
        'niced instead), CPU sets, names of threads and with them the CPU time of each model, and what NVIDIA ' +
        'GPUs say of themselves.\n' +
        'Install a C++17 compiler (g++ or clang) and run "npm run build:native".\n',
    );
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function build(): void {
  const headers: { include_dir: string } = createRequire(import.meta.url)('node-api-headers');
  mkdirSync(join(folder, 'build'), { recursive: true });
  const sources = readdirSync(folder).filter((file) => file.endsWith('.cc'));
  execFileSync(
    process.env.CXX ?? 'c++',
    [
      ...['-std=c++17', '-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-fvisibility=hidden', '-pthread'],
      ...(process.env.CXXFLAGS ?? '').split(/\s+/).filter((flag) => flag !== ''),
      ...['-DNAPI_VERSION=8', '-I', headers.include_dir],
      ...sources.map((file) => join(folder, file)),
      ...['-ldl', '-o', unfinished],
    ],
    { stdio: ['ignore', 'inherit', 'pipe'] },
  );
  renameSync(unfinished, output);
}
