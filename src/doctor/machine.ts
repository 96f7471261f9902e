import { cpus, freemem, totalmem } from 'node:os';
import type { ReadText } from '../threads/cgroup-folders.ts';
import { bytesText } from './bytes-text.ts';
import type { Finding } from './finding.ts';

export interface MachineFacts {
  readonly cpuModel: string;
  readonly cpus: number;
  readonly memoryTotalBytes: number;
  readonly memoryAvailableBytes: number;
  /** Governor of the first CPU; null where the machine does not show it. */
  readonly frequencyGovernor: string | null;
  /** Whether two CPUs share a core; null where the machine does not say. */
  readonly hyperThreading: boolean | null;
  /** Share of the CPU time since the start that the hypervisor gave to others, 0 to 1; null where unknown. */
  readonly stolenShare: number | null;
  /** Sockets and files the process may have open; null where unknown. */
  readonly openFiles: number | null;
}

/** Each connection takes one, and the log, its files and the models some more. */
const enoughOpenFiles = 4096;
const topic = 'machine';

export function readMachineFacts(read: ReadText): MachineFacts {
  const processors = cpus();
  const memory = read('/proc/meminfo') ?? '';
  const kibibytes = /^MemAvailable:\s*(\d+) kB$/m.exec(memory)?.[1];
  const sharing = read('/sys/devices/system/cpu/smt/active')?.trim();
  const openFiles = /^Max open files\s+(\d+)/m.exec(read('/proc/self/limits') ?? '')?.[1];
  return {
    cpuModel: processors[0]?.model.trim() ?? 'of an unknown kind',
    cpus: processors.length,
    memoryTotalBytes: totalmem(),
    memoryAvailableBytes: kibibytes === undefined ? freemem() : Number(kibibytes) * 1024,
    frequencyGovernor: read('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')?.trim() ?? null,
    hyperThreading: sharing === undefined ? null : sharing === '1',
    stolenShare: stolenShare(read('/proc/stat') ?? ''),
    openFiles: openFiles === undefined ? null : Number(openFiles),
  };
}

/** The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guests are in user and nice. */
function stolenShare(stat: string): number | null {
  const times = /^cpu +([\d ]+)$/m.exec(stat)?.[1]?.split(' ').map(Number).slice(0, 8);
  const steal = times?.[7];
  if (times === undefined || steal === undefined) return null;
  return (
    steal /
    Math.max(
      1,
      times.reduce((sum, time) => sum + time, 0),
    )
  );
}

export function machineFindings(facts: MachineFacts): Finding[] {
  const { cpuModel, memoryTotalBytes, memoryAvailableBytes } = facts;
  const sentence = `${facts.cpus} CPUs (${cpuModel}), ${bytesText(memoryTotalBytes)} of memory, ${bytesText(memoryAvailableBytes)} of it available`;
  const own: Finding =
    memoryAvailableBytes < 512 * 1024 ** 2
      ? {
          topic,
          status: 'warning',
          sentence,
          mend: 'free memory: a server with small models takes about 300 MiB',
        }
      : { topic, status: 'ok', sentence, mend: null };
  return [
    { ...own, details: { ...facts } },
    ...slowClock(facts),
    ...sharedCores(facts),
    ...stolen(facts),
    ...files(facts),
  ];
}

function slowClock({ frequencyGovernor }: MachineFacts): Finding[] {
  if (frequencyGovernor !== 'powersave' && frequencyGovernor !== 'conservative') return [];
  const sentence = `The CPU frequency governor is ${frequencyGovernor}: requests that come now and then meet a slow clock`;
  return [{ topic, status: 'note', sentence, mend: 'cpupower frequency-set -g performance, as root' }];
}

function sharedCores({ hyperThreading }: MachineFacts): Finding[] {
  if (hyperThreading !== true) return [];
  const sentence =
    'Two CPUs share a core (hyper-threading): a shadow that is idle on one still slows the primary on the other';
  const mend = 'where that matters, give primary and shadows CPU sets on cores of their own';
  return [{ topic, status: 'note', sentence, mend }];
}

function stolen({ stolenShare: share }: MachineFacts): Finding[] {
  if (share === null || share < 0.01) return [];
  const sentence = `Since its start this machine lost ${(100 * share).toFixed(1)}% of its CPU time to its neighbours (steal): latencies here are not only its own`;
  return [
    {
      topic,
      status: share < 0.05 ? 'note' : 'warning',
      sentence,
      mend: 'measure and serve on CPUs that are not shared',
    },
  ];
}

function files({ openFiles }: MachineFacts): Finding[] {
  if (openFiles === null || openFiles >= enoughOpenFiles) return [];
  const sentence = `The process may have ${openFiles} files open, connections included`;
  return [
    {
      topic,
      status: 'warning',
      sentence,
      mend: `raise the limit: ulimit -n 65536, or LimitNOFILE in the systemd unit`,
    },
  ];
}
