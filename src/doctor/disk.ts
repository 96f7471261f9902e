import { bytesText } from './bytes-text.ts';
import type { Finding } from './finding.ts';
import type { DiskFacts } from './read-disk.ts';

const topic = 'disk';
const gibibyte = 1024 ** 3;

/** Names and traits of file systems, by their number in statfs(2) and the kernel's magic.h. */
const fileSystems: ReadonlyMap<
  number,
  { readonly name: string; readonly kind: 'local' | 'memory' | 'network' | 'layered' }
> = new Map([
  [0xef53, { name: 'ext4', kind: 'local' }],
  [0x58465342, { name: 'XFS', kind: 'local' }],
  [0x9123683e, { name: 'Btrfs', kind: 'local' }],
  [0x2fc12fc1, { name: 'ZFS', kind: 'local' }],
  [0xf2f52010, { name: 'F2FS', kind: 'local' }],
  [0x01021994, { name: 'tmpfs', kind: 'memory' }],
  [0x858458f6, { name: 'ramfs', kind: 'memory' }],
  [0x794c7630, { name: 'overlayfs', kind: 'layered' }],
  [0x6969, { name: 'NFS', kind: 'network' }],
  [0xff534d42, { name: 'CIFS', kind: 'network' }],
  [0xfe534d42, { name: 'SMB', kind: 'network' }],
  [0x65735546, { name: 'FUSE', kind: 'network' }],
  [0x01021997, { name: '9p', kind: 'network' }],
  [0x00c36400, { name: 'Ceph', kind: 'network' }],
  [0x0bd00bd0, { name: 'Lustre', kind: 'network' }],
]);

export function diskFindings(facts: DiskFacts): Finding[] {
  const { folder, triedIn, obstacle, refusal } = facts;
  const about = { topic, details: { ...facts } } as const;
  const mend = 'name a folder that the server may write to with --data';
  if (obstacle !== null) {
    const sentence = `The data folder ${folder} cannot be there: ${obstacle}`;
    return [{ ...about, status: 'problem', sentence, mend }];
  }
  if (refusal !== null) {
    const sentence = `Nothing can be written to ${triedIn}, where the log would be kept (${refusal})`;
    return [{ ...about, status: 'problem', sentence, mend: `${mend}, or give this user the right to` }];
  }
  const made = triedIn === folder ? '' : ` (it will be made in ${triedIn})`;
  const sentence = `The data folder ${folder}${made} can be written to`;
  return [
    { ...about, status: 'ok', sentence, mend: null },
    space(facts),
    durability(facts),
    ...(facts.fsyncMilliseconds === null ? [] : [syncing(facts.fsyncMilliseconds)]),
  ];
}

function space({ freeBytes }: DiskFacts): Finding {
  const sentence = `${bytesText(freeBytes)} are free there`;
  const mend = 'free some: a million compared rows take about 20 MB once exported, ten times that before';
  if (freeBytes < gibibyte / 4) return { topic, status: 'problem', sentence, mend };
  if (freeBytes < 5 * gibibyte) return { topic, status: 'warning', sentence, mend };
  return { topic, status: 'ok', sentence, mend: null };
}

function durability({ fileSystem }: DiskFacts): Finding {
  const known = fileSystems.get(fileSystem);
  const name = known?.name ?? `of type 0x${fileSystem.toString(16)}`;
  const about = { topic, details: { fileSystem: name } } as const;
  switch (known?.kind) {
    case 'memory':
      return {
        ...about,
        status: 'warning',
        sentence: `Its file system is ${name}: log, labels and roles are gone when the machine restarts`,
        mend: 'name a folder on a disk with --data',
      };
    case 'network':
      return {
        ...about,
        status: 'warning',
        sentence: `Its file system is ${name}, which may reach over a network: DuckDB's locks and a durable flush depend on the far side`,
        mend: 'keep --data on a disk of this machine, and copy the closed Parquet files elsewhere',
      };
    case 'layered':
      return {
        ...about,
        status: 'warning',
        sentence: `Its file system is ${name}, a container's own layer: log, labels and roles are gone with the container`,
        mend: 'mount a volume there',
      };
    default:
      return { ...about, status: 'ok', sentence: `Its file system is ${name}`, mend: null };
  }
}

function syncing(milliseconds: number): Finding {
  const sentence = `An append is on the disk after ${Number(milliseconds.toPrecision(2))} ms (fsync, median)`;
  const about = { topic, details: { fsyncMilliseconds: milliseconds } } as const;
  if (milliseconds <= 50) return { ...about, status: 'ok', sentence, mend: null };
  const mend = 'use a faster disk (local SSD); requests do not wait for it, acknowledged labels do';
  return { ...about, status: milliseconds <= 250 ? 'note' : 'warning', sentence, mend };
}
