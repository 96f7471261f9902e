import { z } from 'zod';
import type { ReadText } from '../threads/cgroup-folders.ts';
import { bytesText } from './bytes-text.ts';
import type { Finding } from './finding.ts';
import { fateOf, runTrial, type TrialOutcome } from './run-trial.ts';

const answerSchema = z.object({
  versions: z.object({ driver: z.string(), cuda: z.string(), nvml: z.string() }),
  readings: z.array(
    z.object({
      index: z.number(),
      name: z.string(),
      memoryTotalBytes: z.number().nullable(),
      memoryUsedBytes: z.number().nullable(),
      utilizationPercent: z.number().nullable(),
      powerMilliwatts: z.number().nullable(),
    }),
  ),
});

export type NvmlTrial = TrialOutcome<z.output<typeof answerSchema>>;
export type GpuReadings = z.output<typeof answerSchema>['readings'];

export interface GpuFacts {
  /** What the kernel's NVIDIA driver says of itself; null where it is not loaded. */
  readonly kernelDriver: string | null;
  /** Null where there is no addon to ask through. */
  readonly nvml: NvmlTrial | null;
}

const topic = 'GPU';
const nvmlLimitMs = 20_000;
/** The CUDA provider of the package is built for CUDA 12. */
const leastCudaMajor = 12;

export function kernelDriverOf(read: ReadText): string | null {
  const line = (read('/proc/driver/nvidia/version') ?? '').split('\n', 1)[0]!;
  return line === '' ? null : (/\b\d{3}\.\d+(\.\d+)?\b/.exec(line)?.[0] ?? line);
}

export function tryNvml(): Promise<NvmlTrial> {
  return runTrial(new URL('./gpu-trial.ts', import.meta.url), null, answerSchema, nvmlLimitMs);
}

/** Whether models could use one, were all else there. */
export function hasNvidiaGpu({ kernelDriver, nvml }: GpuFacts): boolean {
  return kernelDriver !== null || (nvml?.kind === 'answered' && nvml.answer.readings.length > 0);
}

export function gpuFindings({ kernelDriver, nvml }: GpuFacts): Finding[] {
  const driver = `the NVIDIA driver ${kernelDriver} is loaded`;
  if (nvml === null) {
    const [status, seen] =
      kernelDriver === null
        ? (['note', 'no NVIDIA driver is loaded'] as const)
        : (['warning', `${driver}, so GPUs have no figures`] as const);
    const sentence = `GPUs are read through the native addon, which cannot be used; ${seen}`;
    return [{ topic, status, sentence, mend: kernelDriver === null ? null : 'npm run build:native' }];
  }
  if (nvml.kind === 'answered') return readings(nvml.answer);
  if (kernelDriver === null && nvml.kind === 'failed') {
    const sentence = `There is no NVIDIA GPU to be used (${nvml.sentence})`;
    return [{ topic, status: 'note', sentence, mend: null }];
  }
  return [
    {
      topic,
      status: 'warning',
      sentence: `${kernelDriver === null ? '' : `${capitalised(driver)}, but `}NVML ${fateOf(nvml)}`,
      mend: 'in a container, start it with the GPU (--gpus all, NVIDIA_DRIVER_CAPABILITIES=compute,utility); otherwise see whether nvidia-smi works, and restart the machine where it hangs',
    },
  ];
}

function readings({ versions, readings }: Extract<NvmlTrial, { kind: 'answered' }>['answer']): Finding[] {
  const { driver, cuda } = versions;
  const old = Number.parseInt(cuda, 10) < leastCudaMajor;
  const findings: Finding[] = [
    {
      topic,
      status: old ? 'warning' : 'ok',
      sentence: `NVIDIA driver ${driver}, for CUDA up to ${cuda}${old ? `; the CUDA provider needs ${leastCudaMajor}` : ''}`,
      mend: old ? 'install a newer driver (525 or later)' : null,
      details: versions,
    },
  ];
  if (readings.length === 0) {
    const mend = 'in a container, start it with the GPU (--gpus all)';
    return [...findings, { topic, status: 'warning', sentence: 'The driver shows no GPU', mend }];
  }
  return [...findings, ...readings.map(readingFinding)];
}

function readingFinding(reading: GpuReadings[number]): Finding {
  const { index, name, memoryTotalBytes, memoryUsedBytes, utilizationPercent } = reading;
  const busy = utilizationPercent === null ? '' : `, ${utilizationPercent}% busy`;
  const sentence = `GPU ${index}: ${name}, ${memoryText(memoryUsedBytes, memoryTotalBytes)}${busy}`;
  const isFull =
    memoryUsedBytes !== null && memoryTotalBytes !== null && memoryUsedBytes > 0.9 * memoryTotalBytes;
  const mend = isFull ? 'free its memory (nvidia-smi names who holds it), or use another device' : null;
  return { topic, status: isFull ? 'warning' : 'ok', sentence, mend, details: { ...reading } };
}

/** GPUs that share the machine's memory have none of their own to tell of. */
function memoryText(used: number | null, total: number | null): string {
  if (used !== null && total !== null) return `${bytesText(used)} of ${bytesText(total)} in use`;
  if (used !== null) return `${bytesText(used)} in use`;
  return total === null ? 'memory not told' : `${bytesText(total)}, how much is in use not told`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
