import { monotonicMilliseconds } from '../clock.ts';
import { type DeploymentConfig, defaultPriorityLevel } from '../config/deployment.ts';
import { type ErrorCode, UnderstudyError } from '../errors.ts';
import { type DeviceArbiters, placementAt } from '../inference/device-arbiter/arbiters.ts';
import { InstanceGroup } from '../inference/instance-group.ts';
import { Lane, type LaneBackend } from '../inference/lane.ts';
import type { Role } from '../inference/serving-table.ts';
import { Backoff } from '../inference/worker/backoff.ts';
import type { ObserverSource } from '../inference/worker/model-worker-options.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { observeLatency } from '../metrics/observe-latency.ts';
import { CircuitBreaker } from '../shadow/circuit-breaker.ts';
import { LaneGuard } from '../shadow/lane-guard.ts';
import { countWithin, readAvailableCpus } from '../threads/available-cpus.ts';
import type { PlacedThread, ThreadPlacement } from '../threads/thread-placement.ts';
import type { ShadowConditions } from './shadow-conditions.ts';

/** One version running in one role. */
export interface RunningLane {
  readonly version: string;
  readonly role: Role;
  /** Name of its threads. */
  readonly threadName: string;
  readonly group: InstanceGroup;
  readonly lane: Lane;
  /** Null for the primary, which is never kept from its traffic. */
  readonly guard: LaneGuard | null;
}

export interface LaneStart {
  readonly model: string;
  readonly version: string;
  readonly role: Role;
  /** The ONNX file. */
  readonly path: string;
  readonly config: DeploymentConfig;
  readonly thread: ThreadPlacement;
  /** Null for the primary. */
  readonly conditions: ShadowConditions | null;
  readonly observer: ObserverSource;
  /** Aborted when nobody waits for loads any more. */
  readonly giveUpLoads: AbortSignal;
  /** Told of a thread left behind with a load; resolves when it has ended after all. */
  readonly onLeftBehind: (ended: Promise<void>) => void;
  readonly arbiters: DeviceArbiters;
  readonly onPlaced: (placed: PlacedThread) => void;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** For what is compared: generous, since some execution providers build engines for minutes. */
const loadDeadlineMs = 10 * 60_000;

/** @throws with the reason why the version cannot be served */
export async function startLane(start: LaneStart): Promise<RunningLane> {
  const { model, version, role, config, conditions, thread, logger, metrics } = start;
  const labels = { model, version, role };
  const { instance_group: placement, dynamic_batching: batching } = config;
  const isolation = conditions?.isolation ?? 'thread';
  // A process has devices of its own: there is nobody to share a lock with.
  const seat =
    isolation === 'process' ? null : start.arbiters.for(placement.execution_provider, placement.device, role);
  const group = await InstanceGroup.start({
    instance: {
      model,
      version,
      path: start.path,
      placement: {
        executionProvider: placement.execution_provider,
        device: placement.device,
        threads:
          placement.threads === 'auto' ? countWithin(readAvailableCpus(), thread.cpus) : placement.threads,
        arbiter: seat,
      },
      maxBatchSize: batching.max_batch_size,
      config,
      thread: placementAt(seat, thread),
    },
    isolation,
    memoryLimitBytes: conditions?.memoryLimitBytes ?? null,
    count: placement.count,
    observer: start.observer,
    backoff: restartBackoff(role),
    ...(role === 'primary' ? {} : { loadDeadlineMs }),
    giveUpLoads: start.giveUpLoads,
    onLeftBehind: (ended) => {
      logger.error(labels, 'a worker does not end loading and is left behind');
      start.onLeftBehind(ended);
    },
    onPlaced: start.onPlaced,
    onRemark: (sentence) => logger.warn(labels, sentence),
    onObserverFailure: (sentence) =>
      logger.error(labels, `observing failed, the requests were served: ${sentence}`),
    onThreadGone: (threadId) => start.arbiters.release(threadId),
    onDeath: (sentence) => logger.error(labels, `a worker is replaced: ${sentence}`),
  });
  announce(group, labels, logger);
  const guard = conditions && guardOf(group, start, conditions, () => lane.expire());
  const backend: LaneBackend = guard ?? group;
  const lane: Lane = new Lane(backend, {
    maxQueueSize: batching.max_queue_size,
    priorityLevels: batching.priority_levels,
    defaultPriorityLevel: defaultPriorityLevel(batching),
    maxBatchSize: batching.max_batch_size,
    // To wait for company is of use only where requests share runs, and only the primary is asked to.
    maxQueueDelayMicroseconds:
      role === 'primary' && group.loaded.batching ? batching.max_queue_delay_microseconds : 0,
    maxWaitMicroseconds: conditions ? conditions.deadlineMs * 1000 : null,
    onFailure: (error) => {
      // What a worker died of, or that it hangs, has been told already.
      if (error instanceof UnderstudyError && told.has(error.code)) return;
      logger.error({ ...labels, err: error }, 'the worker failed on a batch');
    },
  });
  group.onRoom = () => lane.wake();
  if (role === 'primary') lane.onServed = (served) => observeLatency(metrics, labels, served);
  return { version, role, threadName: thread.name, group, lane, guard };
}

const told: ReadonlySet<ErrorCode> = new Set(['WORKER_DIED', 'DEADLINE_EXCEEDED', 'MODEL_NOT_READY']);

function guardOf(
  group: InstanceGroup,
  start: LaneStart,
  { deadlineMs }: ShadowConditions,
  onCheck: () => void,
): LaneGuard {
  const { model, version, role, config, logger } = start;
  const now = monotonicMilliseconds;
  return new LaneGuard(group, {
    deadlineMs,
    breaker: new CircuitBreaker({
      failures: config.breaker.failures,
      backoff: new Backoff({
        ...{ immediate: 0, firstDelayMs: 1_000, maxDelayMs: 60_000 },
        ...{ random: Math.random, now },
      }),
      now,
    }),
    now,
    onCheck,
    onFailure: (error) =>
      logger.error({ model, version, role, err: error }, 'the lane could not be watched; told only once'),
    onChange: ({ state, reason }) => {
      if (state === 'running') logger.info({ model, version, role }, 'the lane takes requests again');
      else logger.warn({ model, version, role, state }, `the lane takes nothing: ${reason}`);
    },
  });
}

/** A primary is wanted back at once; a shadow that dies again and again can wait. */
function restartBackoff(role: Role): Backoff {
  return new Backoff({
    immediate: role === 'primary' ? 3 : 1,
    firstDelayMs: role === 'primary' ? 100 : 500,
    maxDelayMs: role === 'primary' ? 5_000 : 60_000,
    random: Math.random,
    now: monotonicMilliseconds,
  });
}

function announce({ loaded }: InstanceGroup, labels: object, logger: Logger): void {
  for (const remark of loaded.providerRemarks) logger.warn(labels, remark);
  for (const remark of loaded.remarks) logger.warn(labels, remark);
  const { provider, batching, reading, files } = loaded;
  const load_ms = Math.round(loaded.loadMilliseconds);
  logger.info({ ...labels, provider, batching, task: reading.kind, load_ms, files }, 'loaded');
}
