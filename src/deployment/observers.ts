import type { PrimaryObserverOptions } from '../comparison/primary-observer.ts';
import type { ShadowObserverOptions } from '../comparison/shadow-observer.ts';
import type { DeploymentConfig } from '../config/deployment.ts';
import type { ObserverModule } from '../inference/observer.ts';
import type { Task } from '../inference/outputs/prediction.ts';
import type { OutputReading } from '../inference/outputs/reading.ts';
import type { ObserverSource } from '../inference/worker/model-worker-options.ts';
import type { ComparisonLog } from '../log/comparison-log.ts';
import type { RunningLane } from './running-lane.ts';

/** What all comparisons of a deployment share. */
export interface ComparisonSetting {
  readonly model: string;
  readonly primary: RunningLane;
  readonly config: DeploymentConfig;
  /** Distinguishes this start of this server from all others. */
  readonly instance: string;
}

/** What looks on in the primary's workers. */
export function primaryObserver(options: PrimaryObserverOptions): ObserverSource {
  const module: ObserverModule<PrimaryObserverOptions> = { url: urlOf('primary-observer'), options };
  return () => ({ module, transfer: [] });
}

/** What a shadow's observer is told, but for where it sends what it saw. */
export function shadowObserverOptions(
  { model, primary, config, instance }: ComparisonSetting,
  version: string,
  role: 'shadow' | 'control',
  deadlineMs: number,
): Omit<ShadowObserverOptions, 'log'> {
  return {
    origin: {
      model,
      primaryVersion: primary.version,
      shadowVersion: version,
      role,
      primarySha256: primary.group.loaded.sha256,
      sampleSalt: saltOf(model),
      task: taskOf(primary.group.loaded.reading),
    },
    tolerance: config.tolerance,
    capture: config.capture,
    deadlineMicroseconds: deadlineMs * 1000,
    instance,
  };
}

/** What looks on in the workers of a shadow or control lane: compares with the primary, sends it to the log. */
export function shadowObserver(
  options: Omit<ShadowObserverOptions, 'log'>,
  log: ComparisonLog,
): ObserverSource {
  return () => {
    // A port of its own for each worker, since a port can be given away only once.
    const port = log.openAppendPort();
    const module: ObserverModule<ShadowObserverOptions> = {
      url: urlOf('shadow-observer'),
      options: { ...options, log: port },
    };
    return { module, transfer: [port] };
  };
}

/** The model's name: the same on every replica, so that all of them choose the same entities. */
export function saltOf(model: string): string {
  return model;
}

/** Opaque outputs are logged as a classification without labels. */
export function taskOf({ kind }: OutputReading): Task {
  return kind === 'opaque' ? 'classification' : kind;
}

function urlOf(name: string): string {
  return new URL(`../comparison/${name}.ts`, import.meta.url).href;
}
