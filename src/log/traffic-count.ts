export const dropReasons = ['queue_full', 'deadline', 'stalled', 'breaker', 'budget'] as const;
export type DropReason = (typeof dropReasons)[number];

export const noDrops: Readonly<Record<DropReason, number>> = {
  ...{ queue_full: 0, deadline: 0, stalled: 0, breaker: 0, budget: 0 },
};

/** Traffic seen since the last such message, for one hour and one combination of segment values: sums, so they add up. */
export interface TrafficCount {
  readonly model: string;
  readonly primaryVersion: string;
  /** Empty where the model has no shadow: the traffic still counts. */
  readonly shadowVersion: string;
  readonly role: 'shadow' | 'control';
  /** Start of the hour of the event's time, milliseconds since the epoch, UTC. */
  readonly hourMs: number;
  readonly segments: Readonly<Record<string, string>>;
  /** Requests, each counted in the segments of its first row. */
  readonly requests: number;
  /** Rows: N of the stratified estimates. */
  readonly rows: number;
  /** Rows chosen by the sampler, dropped ones included. */
  readonly sampledRows: number;
  readonly primaryErrorRows: number;
  /** Sampled rows that never ran, by reason. */
  readonly droppedRows: Readonly<Partial<Record<DropReason, number>>>;
}
