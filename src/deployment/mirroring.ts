import type { MessagePort } from 'node:worker_threads';
import { monotonicMicroseconds, monotonicMilliseconds } from '../clock.ts';
import { LostRequests } from '../comparison/lost-requests.ts';
import { type MirrorSwitch, turn } from '../comparison/mirror-switch.ts';
import type { SampleConfig } from '../config/sample.ts';
import type { Lane } from '../inference/lane.ts';
import type { ComparisonLog } from '../log/comparison-log.ts';
import { type DropReason, dropReasons, noDrops, type TrafficCount } from '../log/traffic-count.ts';
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
import type { ShadowConditions } from './shadow-conditions.ts';

export interface MirroringParts {
  readonly log: ComparisonLog;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** How a lane is mirrored to. */
export interface MirroredShare {
  readonly sample: SampleConfig;
  readonly isPaused: boolean;
}

interface MirroredLane {
  readonly running: RunningLane;
  readonly shadow: ShadowLane;
  readonly lost: LostRequests;
  /** What `lost` writes to. */
  readonly log: MessagePort;
}

/** All that happens to a primary's requests after they are answered. */
export class Mirroring implements Throttle, Disposable {
  readonly #setting: ComparisonSetting;
  readonly #parts: MirroringParts;
  readonly #switch: MirrorSwitch;
  #mirrored: readonly MirroredLane[] = [];
  /** The mirror's view of them. */
  readonly #lanes: ShadowLane[] = [];
  readonly sampling: SegmentSampling;
  readonly #onFailure: (error: unknown) => void;
  /** By version: shadows that are not running have their traffic counted as missed. */
  readonly #missed = new Map<string, TrafficLedger>();
  readonly #unshadowed = new Set<TrafficLedger>();
  readonly #mirror: Mirror;
  /** Rows of shadows, by version. */
  readonly #dropped = new Map<string, Record<DropReason, number>>();
  #governor: Governor | null = null;

  /** @param mirrorSwitch of the primary's observers */
  constructor(setting: ComparisonSetting, mirrorSwitch: MirrorSwitch, parts: MirroringParts) {
    this.#setting = setting;
    this.#parts = parts;
    this.#switch = mirrorSwitch;
    this.#onFailure = (error) =>
      parts.logger.error({ model: setting.model, err: error }, 'mirroring failed, the requests were served');
    this.sampling = this.#createSampling();
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
    return this.#mirrored.find(({ running }) => running === lane)?.shadow.effectiveRate ?? 0;
  }

  /** Sampled rows of a shadow that never ran, by reason. */
  droppedRowsOf(shadowVersion: string): Readonly<Record<DropReason, number>> {
    return this.#dropped.get(shadowVersion) ?? noDrops;
  }

  /** These shadows there are to be: of those that do not run all traffic counts as missed. */
  expect(shadowVersions: readonly string[]): void {
    // A model without a shadow has its traffic counted, too.
    const expected = shadowVersions.length === 0 ? [''] : shadowVersions;
    for (const ledger of this.#unshadowed) ledger.flush();
    this.#unshadowed.clear();
    for (const version of expected) {
      if (this.#mirrored.some(({ running }) => running.version === version && running.role === 'shadow'))
        continue;
      const ledger = this.#missed.get(version) ?? this.#ledger(version, 'shadow');
      this.#missed.set(version, ledger);
      this.#unshadowed.add(ledger);
    }
  }

  /** Mirrors to one more lane from now on. */
  add(lane: RunningLane, { deadlineMs }: ShadowConditions, share: MirroredShare): void {
    const missed = lane.role === 'shadow' ? this.#missed.get(lane.version) : undefined;
    if (missed) {
      missed.flush();
      this.#unshadowed.delete(missed);
    }
    this.#mirrored = [...this.#mirrored, this.#mirroredLane(lane, deadlineMs, share)];
    this.#lanesChanged();
  }

  /** How much the lane gets from now on. */
  change(lane: RunningLane, { sample, isPaused }: MirroredShare): void {
    const mirrored = this.#mirrored.find(({ running }) => running === lane);
    if (mirrored) mirrored.shadow.share = { rates: this.sampling.start(lane.version, sample), isPaused };
  }

  /**
   * Mirrors no more to the lane.
   *
   * @returns to be called when it does not run any more: accounts for all that was lost
   */
  remove(lane: RunningLane): () => void {
    const mirrored = this.#mirrored.find(({ running }) => running === lane);
    if (!mirrored) return () => {};
    this.#mirrored = this.#mirrored.filter((other) => other !== mirrored);
    if (lane.role === 'shadow') this.sampling.stop(lane.version);
    this.#lanesChanged();
    return () => finish(mirrored);
  }

  /** Begins to measure what its lanes cost the primary; to be called when there are others than before. */
  govern(): void {
    this.#governor?.[Symbol.dispose]();
    this.#governor = this.#createGovernor(this.#mirrored.map(({ running }) => running));
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

  [Symbol.dispose](): void {
    this.#governor?.[Symbol.dispose]();
    this.sampling[Symbol.dispose]();
  }

  #lanesChanged(): void {
    this.#lanes.splice(0, Number.POSITIVE_INFINITY, ...this.#mirrored.map(({ shadow }) => shadow));
    turn(this.#switch, this.#lanes.length > 0);
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

  #mirroredLane(running: RunningLane, deadlineMs: number, { sample, isPaused }: MirroredShare): MirroredLane {
    const { version, role, lane, guard, group } = running;
    if (role === 'primary' || guard === null) throw new Error('a primary is not mirrored to');
    const options = shadowObserverOptions(this.#setting, version, role, deadlineMs);
    const log = this.#parts.log.openAppendPort();
    const lost = new LostRequests({ ...options, log }, group.loaded, this.#onFailure);
    const shadow = new ShadowLane({
      share: { rates: this.sampling.start(version, sample), isPaused },
      ...{ version, role },
      ...{ lane, guard, throttle: this, ledger: this.#ledger(version, role) },
      onLost: (attachment, arrivedMs, code) => lost.add(attachment, arrivedMs, code),
    });
    return { running, shadow, lost, log };
  }

  #countDrops(shadowVersion: string, counts: readonly TrafficCount[]): void {
    const dropped = this.#dropped.get(shadowVersion) ?? { ...noDrops };
    for (const { droppedRows } of counts) {
      for (const reason of dropReasons) dropped[reason] += droppedRows[reason] ?? 0;
    }
    this.#dropped.set(shadowVersion, dropped);
  }

  #ledger(shadowVersion: string, role: 'shadow' | 'control'): TrafficLedger {
    const { log, metrics } = this.#parts;
    const { model, primary } = this.#setting;
    const account = { model, primaryVersion: primary.version, shadowVersion, role };
    return new TrafficLedger(account, (counts: readonly TrafficCount[]) => {
      countTraffic(metrics, counts);
      if (role === 'shadow') this.#countDrops(shadowVersion, counts);
      log.countTraffic(this.sampling.count(counts, shadowVersion));
    });
  }
}

function finish({ shadow, lost, log }: MirroredLane): void {
  lost.finish();
  log.close();
  shadow.ledger.flush();
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
