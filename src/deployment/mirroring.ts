import { monotonicMicroseconds, monotonicMilliseconds } from '../clock.ts';
import { LostRequests } from '../comparison/lost-requests.ts';
import type { SampleConfig } from '../config/sample.ts';
import type { Lane } from '../inference/lane.ts';
import type { ComparisonLog } from '../log/comparison-log.ts';
import type { TrafficCount } from '../log/traffic-count.ts';
import type { Logger } from '../logger.ts';
import { countTraffic } from '../metrics/count-traffic.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Governor } from '../shadow/governor.ts';
import type { GovernedLane } from '../shadow/governor-lanes.ts';
import { scheduleUnreferenced } from '../shadow/governor-timer.ts';
import { Mirror } from '../shadow/mirror.ts';
import { ShadowLane, type Throttle } from '../shadow/shadow-lane.ts';
import { TrafficLedger } from '../shadow/traffic-ledger.ts';
import { type ComparisonSetting, saltOf, shadowObserverOptions } from './observers.ts';
import type { RunningLane } from './running-lane.ts';
import { SegmentSampling } from './segment-sampling.ts';
import { shadowConditions } from './shadow-conditions.ts';

export interface MirroringParts {
  readonly log: ComparisonLog;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** All that happens to a primary's requests after they are answered. */
export class Mirroring implements Throttle, Disposable {
  readonly #setting: ComparisonSetting;
  readonly #parts: MirroringParts;
  readonly #lanes: ShadowLane[] = [];
  readonly #laneOf = new Map<RunningLane, ShadowLane>();
  readonly sampling: SegmentSampling;
  readonly #lost: LostRequests[] = [];
  readonly #onFailure: (error: unknown) => void;
  /** By version: those that are not running have their traffic counted as missed. */
  readonly #missed = new Map<string, TrafficLedger>();
  readonly #unshadowed: Set<TrafficLedger>;
  readonly #mirror: Mirror;
  #governor: Governor | null = null;

  constructor(setting: ComparisonSetting, shadowVersions: readonly string[], parts: MirroringParts) {
    this.#setting = setting;
    this.#parts = parts;
    this.#onFailure = (error) =>
      parts.logger.error({ model: setting.model, err: error }, 'mirroring failed, the requests were served');
    this.sampling = this.#createSampling();
    // A model without a shadow has its traffic counted, too.
    for (const version of shadowVersions.length === 0 ? [''] : shadowVersions) {
      this.#missed.set(version, this.#ledger(version, 'shadow'));
    }
    this.#unshadowed = new Set(this.#missed.values());
    this.#mirror = new Mirror({
      salt: saltOf(setting.model),
      lanes: this.#lanes,
      unshadowed: this.#unshadowed,
      onFailure: this.#onFailure,
    });
  }

  /** Null where nothing is compared, or nobody wants to know. */
  get governor(): Governor | null {
    return this.#governor;
  }

  get isPaused(): boolean {
    return this.#governor?.isPaused ?? false;
  }

  get share(): number {
    return this.#governor?.share ?? 1;
  }

  /** Share of the present traffic that the lane is offered, after what the governor took away. */
  effectiveRateOf(lane: RunningLane): number {
    return this.#laneOf.get(lane)?.effectiveRate ?? 0;
  }

  /** Mirrors to one more lane from now on. */
  add(lane: RunningLane, sample: SampleConfig): void {
    const missed = lane.role === 'shadow' ? this.#missed.get(lane.version) : undefined;
    if (missed) {
      missed.flush();
      this.#unshadowed.delete(missed);
    }
    const shadowLane = this.#shadowLane(lane, sample);
    this.#lanes.push(shadowLane);
    this.#laneOf.set(lane, shadowLane);
  }

  /** To be called when all lanes were added: begins to measure what they cost the primary. */
  govern(lanes: readonly RunningLane[]): void {
    this.#governor = this.#createGovernor(lanes);
  }

  /** Mirrors what the lane serves from now on. */
  watch(primary: Lane): void {
    const before = primary.onServed;
    primary.onServed = (served) => {
      before?.(served);
      this.#governor?.observe(served);
      this.#mirror.offer(served);
    };
  }

  /** Hands counts that have been gathered to the log, and plans by them what to sample. */
  flush(): void {
    this.#mirror.flushLedgers();
    this.sampling.plan();
  }

  /** To be called when no lane runs any more: accounts for all that was lost. */
  finish(): void {
    for (const lost of this.#lost) lost.finish();
  }

  [Symbol.dispose](): void {
    this.#governor?.[Symbol.dispose]();
    this.sampling[Symbol.dispose]();
  }

  #createGovernor(compared: readonly RunningLane[]): Governor | null {
    const { model, config } = this.#setting;
    const { interference_budget: budget } = config;
    if (budget === 'off' || compared.length === 0) return null;
    const { logger } = this.#parts;
    return new Governor({
      model,
      budget,
      lanes: compared.map((lane) => governed(lane, config.instance_group.count)),
      random: Math.random,
      nowMicroseconds: monotonicMicroseconds,
      schedule: scheduleUnreferenced,
      onChange: ({ kind, sentence, error }) => {
        if (kind === 'failed') logger.error({ model, err: error }, sentence);
        else if (kind === 'raised' || kind === 'sighted') logger.info({ model }, sentence);
        else logger.warn({ model }, sentence);
      },
    });
  }

  #createSampling(): SegmentSampling {
    const { model, primary, config } = this.#setting;
    const { log, logger } = this.#parts;
    return new SegmentSampling({
      ...{ model, primaryVersion: primary.version, config, query: log.query },
      ...{ now: monotonicMilliseconds, wallClock: Date.now },
      onRefused: ({ column, sentence }) => logger.warn({ model, column }, sentence),
      onFailure: (error) =>
        logger.error({ model, err: error }, 'what the log knows of segments could not be read'),
    });
  }

  #shadowLane({ version, role, lane, guard, group }: RunningLane, sample: SampleConfig): ShadowLane {
    if (role === 'primary' || guard === null) throw new Error('a primary is not mirrored to');
    const { deadlineMs } = shadowConditions(this.#setting.config, version, role);
    const options = shadowObserverOptions(this.#setting, version, role, deadlineMs);
    const log = this.#parts.log.openAppendPort();
    const lost = new LostRequests({ ...options, log }, group.loaded, this.#onFailure);
    this.#lost.push(lost);
    return new ShadowLane({
      rates: this.sampling.start(version, sample),
      ...{ version, role },
      ...{ lane, guard, throttle: this, ledger: this.#ledger(version, role) },
      onLost: (attachment, arrivedMs, code) => lost.add(attachment, arrivedMs, code),
    });
  }

  #ledger(shadowVersion: string, role: 'shadow' | 'control'): TrafficLedger {
    const { log, metrics } = this.#parts;
    const { model, primary } = this.#setting;
    const account = { model, primaryVersion: primary.version, shadowVersion, role };
    return new TrafficLedger(account, (counts: readonly TrafficCount[]) => {
      countTraffic(metrics, counts);
      log.countTraffic(this.sampling.count(counts, shadowVersion));
    });
  }
}

/**
 * A lane at rest is one that burns no CPU: none of its workers hangs, left behind, or loads the model anew.
 *
 * @param instances workers that the lane should have
 */
export function governed(
  {
    role,
    version,
    lane,
    group,
  }: Pick<RunningLane, 'role' | 'version'> & {
    readonly lane: Pick<Lane, 'hold' | 'resume' | 'isIdle'>;
    readonly group: Pick<RunningLane['group'], 'count' | 'leftBehind'>;
  },
  instances: number,
): GovernedLane {
  return {
    name: `${role} ${version}`,
    hold: () => lane.hold(),
    resume: () => lane.resume(),
    get isIdle() {
      return lane.isIdle && group.leftBehind === 0 && group.count >= instances;
    },
  };
}
