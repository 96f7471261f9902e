import { join, relative } from 'node:path';

/** A file's text; null where it is not there or may not be read. */
export type ReadText = (path: string) => string | null;

/** A control group and its parents, as far as they can be seen, innermost first: the limits of all of them hold. */
export interface CgroupFolders {
  /** Limits of version 2 stand in other files than those of version 1. */
  readonly version: 1 | 2;
  readonly folders: readonly string[];
}

interface Mount {
  /** What of the hierarchy is mounted: within a container it may begin below the root. */
  readonly root: string;
  readonly at: string;
  readonly version: 1 | 2;
  readonly options: readonly string[];
}

/**
 * Where the process's control group keeps the limits of a controller. Both versions may be mounted at once; a
 * controller belongs to one of them. See cgroups(7).
 *
 * @returns null where there are no control groups
 */
export function cgroupFolders(controller: 'cpu' | 'memory', read: ReadText): CgroupFolders | null {
  const groups = (read('/proc/self/cgroup') ?? '')
    .split('\n')
    .map((line) => /^(\d+):([^:]*):(.*)$/.exec(line));
  const mounts = (read('/proc/self/mountinfo') ?? '').split('\n').flatMap((line) => mountOf(line) ?? []);
  const group1 = groups.find((group) => group?.[2]?.split(',').includes(controller));
  const mount1 = mounts.find(({ version, options }) => version === 1 && options.includes(controller));
  if (group1 && mount1) return { version: 1, folders: upwards(mount1, group1[3]!) };
  const group2 = groups.find((group) => group?.[1] === '0' && group[2] === '');
  const mount2 = mounts.find(({ version }) => version === 2);
  return group2 && mount2 ? { version: 2, folders: upwards(mount2, group2[3]!) } : null;
}

/** A line of mountinfo, as proc_pid_mountinfo(5) has it: optional fields end at a lone hyphen. */
function mountOf(line: string): Mount | null {
  const match = /^\d+ \d+ \S+ (\S+) (\S+) .*- (cgroup2?) \S+ (\S+)$/.exec(line);
  if (!match) return null;
  const [, root, at, type, options] = match;
  return {
    root: unescaped(root!),
    at: unescaped(at!),
    version: type === 'cgroup2' ? 2 : 1,
    options: options!.split(','),
  };
}

/** Spaces and the like stand there as `\040`. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function upwards({ root, at }: Mount, group: string): string[] {
  const way = relative(root, group).split('/');
  // A group outside of what is mounted: of its limits those of the mount are what can be seen.
  const inside = way.includes('..') ? [] : way.filter((part) => part !== '');
  return Array.from({ length: inside.length + 1 }, (_, up) =>
    join(at, ...inside.slice(0, inside.length - up)),
  );
}
