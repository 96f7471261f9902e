import { monotonicMicroseconds } from '../clock.ts';
import { attach } from '../comparison/mirrored-observation.ts';
import type { ServedRequests } from '../inference/lane.ts';
import type { Notice } from '../inference/observer.ts';
import type { LaneReply } from '../inference/reply-batch.ts';
import type { LaneRequest } from '../inference/request-batch.ts';
import { samplingPosition } from './sampler.ts';
import type { ShadowLane } from './shadow-lane.ts';
import type { Fate, TrafficLedger } from './traffic-ledger.ts';

export interface MirrorOptions {
  readonly salt: string;
  readonly lanes: readonly ShadowLane[];
  /** Count traffic that is offered to nobody: that of shadows which cannot run, and of a model without a shadow. */
  readonly unshadowed: readonly TrafficLedger[];
  /** Told what the mirror itself failed on; nobody else is. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * The tee. Offers served requests, the same bytes, to the shadow lanes once the replies are on the wire.
 * It never waits: what a lane does not take is dropped and counted.
 */
export class Mirror {
  readonly #options: MirrorOptions;
  /** Whether any lane takes some of the traffic: where all or nothing is taken, the hash would decide nothing. */
  readonly #isSelective: boolean;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#isSelective = options.lanes.some(({ rate }) => rate > 0 && rate < 1);
  }

  /** Returns at once; the work is done after the event loop has sent the replies. */
  offer(served: ServedRequests): void {
    setImmediate(() => {
      try {
        served.replies.forEach((reply, i) => {
          if (reply.notice) this.#offerOne(served.requests[i]!, reply, reply.notice);
        });
      } catch (error) {
        this.#options.onFailure(error);
      }
    });
  }

  flushLedgers(): void {
    for (const { ledger } of this.#options.lanes) ledger.flush();
    for (const ledger of this.#options.unshadowed) ledger.flush();
  }

  #offerOne(request: LaneRequest, reply: LaneReply, notice: Notice): void {
    const primaryFailed = reply.status >= 500;
    for (const ledger of this.#options.unshadowed) ledger.count(notice, primaryFailed, 'not_sampled');
    if (this.#options.lanes.length === 0) return;
    const position = this.#isSelective ? samplingPosition(this.#options.salt, notice.unit) : 0;
    for (const lane of this.#options.lanes) {
      lane.ledger.count(
        notice,
        primaryFailed,
        position < lane.rate ? submit(lane, request, notice) : 'not_sampled',
      );
    }
  }
}

function submit(shadow: ShadowLane, request: LaneRequest, notice: Notice): Fate {
  const mirrored: LaneRequest = {
    ...request,
    arrivedMicroseconds: monotonicMicroseconds(),
    attachment: attach(shadow.rate, notice.bytes),
  };
  const taken = shadow.lane.submit(mirrored, (reply) => {
    // The answer itself was compared in the worker and is thrown away here.
    if (!reply.isServed) shadow.ledger.drop(notice, 'stalled');
  });
  return taken ? 'offered' : 'queue_full';
}
