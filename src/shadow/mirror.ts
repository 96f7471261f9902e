import type { ServedRequests } from '../inference/lane.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { LaneRequest } from '../inference/messages/request-batch.ts';
import type { Notice } from '../inference/observer.ts';
import { samplingPosition } from './sampler.ts';
import type { ShadowLane } from './shadow-lane.ts';
import type { TrafficLedger } from './traffic-ledger.ts';

export interface MirrorOptions {
  readonly salt: string;
  /** Looked at for each request, since shadows come when they have loaded. */
  readonly lanes: readonly ShadowLane[];
  /** Count traffic that is offered to nobody: that of shadows which do not run, and of a model without a shadow. */
  readonly unshadowed: ReadonlySet<TrafficLedger>;
  /** Told what the mirror itself failed on; nobody else is. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * The tee. Offers served requests, the same bytes, to the shadow lanes once the replies are on the wire.
 * It never waits: what a lane does not take is dropped and counted.
 */
export class Mirror {
  readonly #options: MirrorOptions;

  constructor(options: MirrorOptions) {
    this.#options = options;
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
    const { lanes, salt } = this.#options;
    // Where all or nothing is taken, the hash would decide nothing.
    const isSelective = lanes.some((lane) => lane.isSelectiveOf(notice));
    const position = isSelective ? samplingPosition(salt, notice.unit) : 0;
    for (const lane of lanes) {
      lane.ledger.count(notice, primaryFailed, lane.offer(request, notice, position));
    }
  }
}
