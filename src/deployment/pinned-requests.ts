import type { Logger } from '../logger.ts';
import type { RunningLane } from './running-lane.ts';

/** Requests that named a version which was primary: they are refused from now on. */
export interface PinnedRequests {
  readonly version: string;
  /** Since it was loaded as the primary. */
  readonly requests: number;
  /** When the last of them came, ISO 8601. */
  readonly last: string;
}

/** Null where nobody named it. */
export function pinnedRequests({ version, lane }: RunningLane): PinnedRequests | null {
  const { pinned: requests, lastPinnedMs } = lane.statistics;
  return requests === 0 ? null : { version, requests, last: new Date(lastPinnedMs).toISOString() };
}

export function tellOfPinned(
  model: string,
  { version, requests, last }: PinnedRequests,
  logger: Logger,
): void {
  const sentence = `requests had named version ${version}, which is not primary any more: such are refused now`;
  logger.warn({ model, version, requests, last }, sentence);
}
