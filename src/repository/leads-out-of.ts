import { isAbsolute, relative, sep } from 'node:path';

/** Whether a path lies outside of a folder. Follows no links: ask for the real paths, too. */
export function leadsOutOf(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}
