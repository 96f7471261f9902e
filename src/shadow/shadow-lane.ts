import { monotonicMicroseconds } from '../clock.ts';
import { attach } from '../comparison/mirrored-observation.ts';
import type { ErrorCode } from '../errors.ts';
import type { Lane } from '../inference/lane.ts';
import type { LaneRequest } from '../inference/messages/request-batch.ts';
import type { Notice } from '../inference/observer.ts';
import type { DropReason } from '../log/traffic-count.ts';
import type { LaneGuard } from './lane-guard.ts';
import type { SamplingRates } from './sampling-rates.ts';
import type { CountedNotice, Fate, TrafficLedger } from './traffic-ledger.ts';

/** Lets the shadows of a model have all, some or none of what they are configured to get. */
export interface Throttle {
  readonly isPaused: boolean;
  /** Factor on every sampling rate, in [0, 1]. */
  readonly share: number;
}

/** How much a shadow is to get. */
export interface ShadowShare {
  readonly rates: SamplingRates;
  /** Then it gets nothing, whatever the rates say. */
  readonly isPaused: boolean;
}

export interface ShadowLaneOptions {
  readonly version: string;
  readonly role: 'shadow' | 'control';
  readonly share: ShadowShare;
  readonly lane: Lane;
  readonly guard: LaneGuard;
  readonly ledger: TrafficLedger;
  readonly throttle: Throttle;
  /** Told of a request that the shadow had and came to nothing with: that is an error of its own. One of very many rows is dropped instead. */
  readonly onLost: (attachment: Uint8Array, arrivedMs: number, code: ErrorCode) => void;
}

/** Why a worker had a request and brought nothing back; all other reasons mean that none had it. */
const lost: ReadonlySet<ErrorCode> = new Set(['DEADLINE_EXCEEDED', 'WORKER_DIED', 'INTERNAL']);

/**
 * Whoever accounts for a lost request reads what travelled with it on the main thread, in one piece: beyond this it would keep
 * the primary waiting (three million rows did for seconds).
 */
const mostLostBytes = 1024 * 1024;

/** A lane that the mirror offers served requests to; decides which it takes. */
export class ShadowLane {
  readonly ledger: TrafficLedger;
  readonly #options: ShadowLaneOptions;
  /** May be another one any time. */
  share: ShadowShare;

  constructor(options: ShadowLaneOptions) {
    this.#options = options;
    this.ledger = options.ledger;
    this.share = options.share;
  }

  /** Share of the present traffic that it is offered. */
  get effectiveRate(): number {
    const { rates, isPaused } = this.share;
    return isPaused ? 0 : rates.share * this.#options.throttle.share;
  }

  /** Whether it depends on its position if the request is taken. */
  isSelectiveOf({ cells }: Notice): boolean {
    const rate = this.share.rates.rateOf(cells) * this.#options.throttle.share;
    return rate > 0 && rate < 1;
  }

  /** @param position of the request's unit in [0, 1), see `samplingPosition`; any where the lane is not selective */
  offer(request: LaneRequest, notice: Notice, position: number): Fate {
    const { throttle, guard } = this.#options;
    const { rates, isPaused } = this.share;
    // What was served while nobody was to be compared with it brought nothing to compare with.
    if (isPaused || notice.bytes.length === 0) return 'not_sampled';
    const rate = rates.rateOf(notice.cells);
    if (position >= rate) return 'not_sampled';
    const inclusionProbability = rate * throttle.share;
    if (throttle.isPaused || position >= inclusionProbability) return 'budget';
    return guard.refusal() ?? this.#submit(request, notice, inclusionProbability);
  }

  #submit(request: LaneRequest, notice: Notice, inclusionProbability: number): Fate {
    const { lane, guard, ledger, onLost, version, role } = this.#options;
    const attachment = attach(inclusionProbability, notice.bytes);
    const mirrored: LaneRequest = {
      ...request,
      arrivedMicroseconds: monotonicMicroseconds(),
      // It has been answered: who asked waits no more, and has no claim before others.
      priority: 0,
      deadlineMicroseconds: null,
      attachment,
    };
    // The notice's bytes are part of a buffer with all replies of the primary's batch: while this request waits, that
    // buffer must not.
    const counted: CountedNotice = { timestampMs: notice.timestampMs, cells: notice.cells };
    const taken = lane.submit(mirrored, (reply) => {
      const { trace, arrivedMicroseconds } = mirrored;
      trace?.visited({ version, role, arrivedMicroseconds, reply });
      const { unserved } = reply;
      // The answer itself was compared in the worker and is thrown away here.
      if (unserved === null) return;
      if (lost.has(unserved) && attachment.byteLength <= mostLostBytes) {
        onLost(attachment, mirrored.arrivedMs, unserved);
        return;
      }
      guard.wasDropped();
      ledger.drop(counted, dropReasonOf(unserved));
    });
    if (taken) return 'offered';
    guard.wasDropped();
    return 'queue_full';
  }
}

function dropReasonOf(unserved: ErrorCode): DropReason {
  return unserved === 'QUEUE_TIMEOUT' ? 'deadline' : 'stalled';
}
