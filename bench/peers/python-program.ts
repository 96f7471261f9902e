import { spawnSync } from 'node:child_process';
import { allPrograms } from './find-program.ts';

const modules = ['fastapi', 'uvicorn', 'numpy'] as const;
const packages = 'python3-fastapi uvicorn python3-numpy python3-uvloop python3-httptools';

/** A Python that has all modules: not always the first of the PATH, as Debian's packages are those of its own Python. */
export function findPython(folders?: readonly string[]): string {
  const python = allPrograms(['python3'], folders).find(hasModules);
  if (python === undefined) {
    throw new Error(
      `no Python 3 has all of ${modules.join(', ')}; on Debian and Ubuntu: apt-get install ${packages}`,
    );
  }
  return python;
}

function hasModules(python: string): boolean {
  return spawnSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' }).status === 0;
}
