import { Governor } from '../../src/shadow/governor.ts';
import type { GovernorChange } from '../../src/shadow/governor-change.ts';
import type { GovernedLane } from '../../src/shadow/governor-lanes.ts';
import { seededRandom } from '../support/random.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly budget?: number;
  readonly requestsPerSecond: (timeMs: number) => number;
  /** Latency of the primary left alone, milliseconds. */
  readonly latencyMs: (timeMs: number) => number;
  /** How much slower it is beside a running shadow that gets this share of its sample: 0.2 for 20%. */
  readonly slowdown: (share: number, timeMs: number) => number;
  /** How long the shadow's last run goes on after a hold. */
  readonly runMs?: (timeMs: number) => number;
}

interface Timer {
  readonly atMs: number;
  readonly action: () => void;
}

/** A lane without a model behind it: it runs all the time unless held, and for `runMs` after. */
export class SimulatedLane implements GovernedLane {
  readonly name: string;
  readonly #world: World;
  heldAtMs: number | null = null;
  heldMs = 0;
  runMs: (timeMs: number) => number;

  constructor(name: string, world: World, runMs: (timeMs: number) => number) {
    this.name = name;
    this.#world = world;
    this.runMs = runMs;
  }

  hold(): void {
    this.heldAtMs = this.#world.nowMs;
  }

  resume(): void {
    if (this.heldAtMs !== null) this.heldMs += this.#world.nowMs - this.heldAtMs;
    this.heldAtMs = null;
  }

  get isIdle(): boolean {
    return this.heldAtMs !== null && this.#world.nowMs >= this.heldAtMs + this.runMs(this.heldAtMs);
  }
}

/** A primary with a shadow beside it on a clock of its own, and a governor that watches. */
export class World {
  nowMs = 0;
  readonly changes: GovernorChange[] = [];
  readonly lane: SimulatedLane;
  readonly governor: Governor;
  readonly timers = new Set<Timer>();
  onChange: (change: GovernorChange) => void = () => {};
  readonly #options: WorldOptions;
  readonly #random: () => number;
  #weather = 0;
  #weatherMs = 0;
  #stallEndsMs = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.lane = new SimulatedLane('fraud 8', this, options.runMs ?? (() => 5));
    this.governor = new Governor({
      model: 'fraud',
      budget: options.budget ?? 0.05,
      lanes: [this.lane],
      random: seededRandom(options.seed + 1_000_003),
      nowMicroseconds: () => this.nowMs * 1000,
      schedule: (delayMs, action) => {
        const timer = { atMs: this.nowMs + delayMs, action };
        this.timers.add(timer);
        return { [Symbol.dispose]: () => this.timers.delete(timer) };
      },
      onChange: (change) => {
        this.changes.push(change);
        this.onChange(change);
      },
    });
  }

  /** Lets so much time pass, with Poisson arrivals. */
  run(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    let arrivalMs = this.#nextArrival(this.nowMs);
    for (;;) {
      const timer = this.#nextTimer();
      const atMs = Math.min(arrivalMs, timer?.atMs ?? Number.POSITIVE_INFINITY);
      if (atMs > endMs) break;
      this.nowMs = atMs;
      if (timer && timer.atMs === atMs) {
        this.timers.delete(timer);
        timer.action();
      } else {
        this.#serve();
        arrivalMs = this.#nextArrival(atMs);
      }
    }
    this.nowMs = endMs;
  }

  get kinds(): string[] {
    return this.changes.map(({ kind }) => kind);
  }

  #nextTimer(): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.timers) if (first === null || timer.atMs < first.atMs) first = timer;
    return first;
  }

  #nextArrival(afterMs: number): number {
    const perMs = this.#options.requestsPerSecond(afterMs) / 1000;
    if (perMs === 0) return Number.POSITIVE_INFINITY;
    return afterMs - Math.log(1 - this.#random()) / perMs;
  }

  #serve(): void {
    const { latencyMs, slowdown } = this.#options;
    const arrivedMicroseconds = this.nowMs * 1000;
    const factor = this.lane.isIdle ? 1 : 1 + slowdown(this.governor.share, this.nowMs);
    const latency = latencyMs(this.nowMs) * factor * this.#noise();
    this.governor.observe({
      answeredMicroseconds: arrivedMicroseconds + latency * 1000,
      requests: [{ arrivedMicroseconds }],
    });
  }

  /** What machines do: requests differ, good and bad spells last a while, and now and then everything stands still. */
  #noise(): number {
    while (this.#weatherMs < this.nowMs) {
      this.#weatherMs += 50;
      this.#weather = 0.9 * this.#weather + 0.05 * (this.#random() + this.#random() - 1);
      if (this.#random() < 0.003) this.#stallEndsMs = this.#weatherMs + 100;
    }
    const stall = this.nowMs < this.#stallEndsMs ? 1 + (this.#stallEndsMs - this.nowMs) : 1;
    const spike = this.#random() < 0.002 ? 20 : 1;
    return Math.exp(this.#weather + 0.8 * (this.#random() - 0.5)) * stall * spike;
  }
}
