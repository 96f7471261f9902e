import type { DeploymentConfig } from '../../config/deployment.ts';
import type { ModelSignature } from '../../protocol/signature.ts';
import type { HashedFile } from '../../repository/hashed-file.ts';
import type { ThreadPlacement } from '../../threads/thread-placement.ts';
import type { SessionPlacement } from '../execution-provider/plan-providers.ts';
import type { ObserverModule } from '../observer.ts';
import type { OutputReading } from '../outputs/reading.ts';

/** What a worker needs to load one version in one role; crosses to the worker as its `workerData`. */
export interface InstanceOptions {
  readonly model: string;
  readonly version: string;
  readonly path: string;
  readonly placement: SessionPlacement;
  readonly maxBatchSize: number;
  readonly config: Pick<DeploymentConfig, 'task' | 'outputs' | 'features' | 'model_warmup'>;
  readonly observer: ObserverModule | null;
  /** Of its thread, and of those that ONNX Runtime creates for it. */
  readonly thread: ThreadPlacement;
}

/** What a worker found out when it loaded a version. */
export interface LoadedModel {
  readonly signature: ModelSignature;
  /** Of all its files, see `sha256OfAll`. */
  readonly sha256: string;
  /** The ONNX file first. */
  readonly files: readonly HashedFile[];
  /** Execution provider in use. */
  readonly provider: string;
  /** How `auto` came to it, and what it leaves to the CPU, a sentence each. */
  readonly providerRemarks: readonly string[];
  readonly reading: OutputReading;
  /** Whether requests share runs. */
  readonly batching: boolean;
  /** What a person should know of it, a sentence each. */
  readonly remarks: readonly string[];
  readonly loadMilliseconds: number;
  /** Growth of the process while it loaded; other threads' allocations of that moment are in it. */
  readonly memoryBytes: number;
}
