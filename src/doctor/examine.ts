import { createRequire } from 'node:module';
import { totalmem } from 'node:os';
import { sentenceOf } from '../errors.ts';
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
import { readText } from './read-text.ts';
import { surveyModels } from './survey-models.ts';
import { threadFindings, tryThreadPolicy } from './thread-policy.ts';
import { trySessions } from './try-sessions.ts';
import { readVulkanFacts, vulkanFindings } from './vulkan.ts';

export interface ExamineOptions {
  /** The model repository. */
  readonly models: string;
  readonly data: string;
  readonly host: string;
  readonly httpPort: number;
  /** Whether to load every model that would be served. */
  readonly load: boolean;
}

/** Everything that bears on whether a server will do well here, in the order of `topics`. */
export async function examine(options: ExamineOptions): Promise<Finding[]> {
  // First and alone: what follows keeps the machine busy, and an fsync is timed.
  const disk = await guarded('disk', async () => diskFindings(await readDiskFacts(options.data)));
  const { platform } = process;
  const addon = readAddonState();
  const cgroup = readCgroup(readText);
  const machine = readMachineFacts(readText);
  const [trials, nvml] = await Promise.all([trySessions(), addon.kind === 'ready' ? tryNvml() : null]);
  const gpu = { kernelDriver: kernelDriverOf(readText), nvml };
  const hasGpu = hasNvidiaGpu(gpu);
  const capacity: Capacity = {
    cpus: cgroup.cpus.count,
    memoryBytes: Math.min(cgroup.memoryLimit?.bytes ?? Number.POSITIVE_INFINITY, totalmem()),
    trials,
  };
  const looks: Readonly<Record<Exclude<Topic, 'disk'>, () => Promise<readonly Finding[]>>> = {
    node: async () => nodeFindings(readNodeFacts()),
    'native addon': async () => addonFindings(addon, platform),
    'thread policy': async () => threadFindings(await tryThreadPolicy(), platform),
    cgroup: async () => (platform === 'linux' ? cgroupFindings(cgroup) : []),
    machine: async () => machineFindings(machine),
    'ONNX Runtime': async () =>
      runtimeFindings({
        version: runtimeVersion(),
        system: `${platform} ${process.arch}`,
        trials,
        hasNvidiaGpu: hasGpu,
      }),
    GPU: async () => gpuFindings(gpu),
    CUDA: async () => cudaFindings(await readCudaFacts(trials.cuda, hasGpu)),
    Vulkan: async () => vulkanFindings(await readVulkanFacts(process.env, trials.webgpu.trial), platform),
    models: () => lookAtModels(options, capacity),
    port: async () =>
      portFindings(await askPort(options.host, options.httpPort), options.host, options.httpPort),
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

function runtimeVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return version;
}
