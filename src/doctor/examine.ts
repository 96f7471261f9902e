import { createRequire } from 'node:module';
import { totalmem } from 'node:os';
import { sentenceOf } from '../errors.ts';
import type { ReadText } from '../threads/cgroup-folders.ts';
import { askPort } from './ask-port.ts';
import { cgroupFindings } from './cgroup.ts';
import { cudaFindings, readCudaFacts } from './cuda.ts';
import { diskFindings } from './disk.ts';
import { type Finding, type Topic, topics } from './finding.ts';
import { gpuFindings, hasNvidiaGpu, kernelDriverOf, tryNvml } from './gpu.ts';
import { loadModels } from './load-models.ts';
import { machineFindings, readMachineFacts } from './machine.ts';
import { type Capacity, modelFindings } from './models.ts';
import { addonFindings, readAddonState } from './native-addon.ts';
import { nodeFindings, readNodeFacts } from './node-version.ts';
import { runtimeFindings } from './onnx-runtime.ts';
import { portFindings } from './port.ts';
import { readCgroup } from './read-cgroup.ts';
import { readDiskFacts } from './read-disk.ts';
import { readText as readFileText } from './read-text.ts';
import { readSchedulingGroup, schedulingGroupFindings } from './scheduling-group.ts';
import { surveyModels } from './survey-models.ts';
import { threadFindings, tryThreadPolicy } from './thread-policy.ts';
import { type SessionTrials, trySessions } from './try-sessions.ts';
import { readVulkanFacts, vulkanFindings } from './vulkan.ts';

export interface ExamineOptions {
  /** The model repository. */
  readonly models: string;
  readonly data: string;
  readonly host: string;
  readonly httpPort: number;
  /** Null for none. */
  readonly grpcPort: number | null;
  /** Whether to load every model that would be served. */
  readonly load: boolean;
}

/**
 * Everything that bears on whether a server will do well here, in the order of `topics`. What several checks
 * look at is read once, and where that throws each of them says so.
 */
export async function examine(
  options: ExamineOptions,
  readText: ReadText = readFileText,
): Promise<Finding[]> {
  // First and alone: what follows keeps the machine busy, and an fsync is timed.
  const disk = await guarded('disk', async () => diskFindings(await readDiskFacts(options.data)));
  const { platform } = process;
  const addon = readAddonState();
  const reading = Promise.try(() => readCgroup(readText));
  const trying = trySessions();
  const nvml = addon.kind === 'ready' ? tryNvml() : null;
  const seeing = Promise.try(async () => ({ kernelDriver: kernelDriverOf(readText), nvml: await nvml }));
  const looks: Readonly<Record<Exclude<Topic, 'disk'>, () => Promise<readonly Finding[]>>> = {
    node: async () => nodeFindings(readNodeFacts()),
    'native addon': async () => addonFindings(addon, platform),
    'thread policy': async () => [
      ...threadFindings(await tryThreadPolicy(), platform),
      ...(platform === 'linux' ? schedulingGroupFindings(readSchedulingGroup(readText)) : []),
    ],
    cgroup: async () => (platform === 'linux' ? cgroupFindings(await reading) : []),
    machine: async () => machineFindings(readMachineFacts(readText)),
    'ONNX Runtime': async () =>
      runtimeFindings({
        version: runtimeVersion(),
        system: `${platform} ${process.arch}`,
        trials: await trying,
        hasNvidiaGpu: hasNvidiaGpu(await seeing),
      }),
    GPU: async () => gpuFindings(await seeing),
    CUDA: async () => cudaFindings(await readCudaFacts((await trying).cuda, hasNvidiaGpu(await seeing))),
    Vulkan: async () =>
      vulkanFindings(await readVulkanFacts(process.env, (await trying).webgpu.trial), platform),
    models: async () => lookAtModels(options, capacityOf(await reading, await trying)),
    port: () => lookAtPorts(options),
  };
  const found = await Promise.all(
    topics.map((topic) => (topic === 'disk' ? disk : guarded(topic, looks[topic]))),
  );
  return found.flat();
}

/** A check that fails is told of like everything else; it must not keep the others from being seen. */
export async function guarded(
  topic: Topic,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const sentence = `This could not be looked at: ${sentenceOf(error).split('\n', 1)[0]}`;
    return [{ topic, status: 'warning', sentence, mend: null }];
  }
}

function capacityOf({ cpus, memoryLimit }: ReturnType<typeof readCgroup>, trials: SessionTrials): Capacity {
  return {
    cpus: cpus.count,
    memoryBytes: Math.min(memoryLimit?.bytes ?? Number.POSITIVE_INFINITY, totalmem()),
    trials,
  };
}

async function lookAtModels(options: ExamineOptions, capacity: Capacity): Promise<readonly Finding[]> {
  let survey: Awaited<ReturnType<typeof surveyModels>>;
  try {
    survey = await surveyModels(options.models, options.data);
  } catch (error) {
    const mend = 'say where the models are with --models';
    return [{ topic: 'models', status: 'problem', sentence: sentenceOf(error), mend }];
  }
  const findings = modelFindings(survey, options.models, capacity);
  return options.load ? [...findings, ...(await loadModels(survey, capacity.trials))] : findings;
}

async function lookAtPorts({ host, httpPort, grpcPort }: ExamineOptions): Promise<readonly Finding[]> {
  const http = await askPort(host, httpPort);
  const findings = portFindings(http, host, httpPort);
  if (grpcPort === null) return findings;
  // Only then: its libraries take time to load, at every start of every command.
  const { askGrpcPort, grpcPortFindings } = await import('./grpc-port.ts');
  const place = { host, port: grpcPort, option: '--grpc-port' } as const;
  return [...findings, ...grpcPortFindings(await askGrpcPort(host, grpcPort), place, http)];
}

function runtimeVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return version;
}
