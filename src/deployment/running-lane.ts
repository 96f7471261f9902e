import type { DeploymentConfig } from '../config/deployment.ts';
import { InstanceGroup, type ObserverSource } from '../inference/instance-group.ts';
import { Lane } from '../inference/lane.ts';
import type { Role } from '../inference/serving-table.ts';
import type { Logger } from '../logger.ts';
import { countServed } from '../metrics/count-served.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** One version running in one role. */
export interface RunningLane {
  readonly version: string;
  readonly role: Role;
  /** Share of the traffic it is offered; 1 for the primary. */
  readonly rate: number;
  readonly group: InstanceGroup;
  readonly lane: Lane;
}

export interface LaneStart {
  readonly model: string;
  readonly version: string;
  readonly role: Role;
  readonly rate: number;
  /** The ONNX file. */
  readonly path: string;
  readonly config: DeploymentConfig;
  readonly observer: ObserverSource;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** @throws with the reason why the version cannot be served */
export async function startLane(start: LaneStart): Promise<RunningLane> {
  const { model, version, role, rate, config, logger, metrics } = start;
  const labels = { model, version, role };
  const { instance_group: placement, dynamic_batching: batching } = config;
  const group = await InstanceGroup.start({
    instance: {
      model,
      version,
      path: start.path,
      placement: {
        executionProvider: placement.execution_provider,
        device: placement.device,
        threads: placement.threads,
      },
      maxBatchSize: batching.max_batch_size,
      config,
      yields: role !== 'primary',
    },
    count: placement.count,
    observer: start.observer,
    onObserverFailure: (sentence) =>
      logger.error(labels, `observing failed, the requests were served: ${sentence}`),
  });
  announce(group, labels, logger);
  const lane = new Lane(group, {
    maxQueueSize: batching.max_queue_size,
    maxBatchSize: batching.max_batch_size,
    // To wait for company is of use only where requests share runs, and only the primary is asked to.
    maxQueueDelayMicroseconds:
      role === 'primary' && group.loaded.batching ? batching.max_queue_delay_microseconds : 0,
    onFailure: (error) => logger.error({ ...labels, err: error }, 'the worker failed on a batch'),
  });
  lane.onServed = (served) => countServed(metrics, labels, served);
  return { version, role, rate, group, lane };
}

function announce({ loaded }: InstanceGroup, labels: object, logger: Logger): void {
  for (const remark of loaded.providerRemarks) logger.info(labels, remark);
  for (const remark of loaded.remarks) logger.warn(labels, remark);
  const { provider, batching, reading } = loaded;
  logger.info(
    { ...labels, provider, batching, task: reading.kind, load_ms: Math.round(loaded.loadMilliseconds) },
    'loaded',
  );
}
