import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where programs are found: the PATH, and where Debian puts servers, which the PATH of users lacks. */
export const programFolders = (): readonly string[] => [
  ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
  '/usr/local/sbin',
  '/usr/sbin',
];

/** The first of these programs that can be run, as a path; null where there is none. */
export function findProgram(
  names: readonly string[],
  folders: readonly string[] = programFolders(),
): string | null {
  return allPrograms(names, folders)[0] ?? null;
}

/** All of them, in the order of the folders. */
export function allPrograms(
  names: readonly string[],
  folders: readonly string[] = programFolders(),
): readonly string[] {
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).filter(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
