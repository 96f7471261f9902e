/**
 * `running`: takes requests. `stalled`: a run takes longer than its deadline. `restarting`: a worker is being
 * replaced. `open`: it failed again and again and is left alone; `half_open`: it is being tried.
 */
export const laneStates = ['running', 'stalled', 'restarting', 'open', 'half_open'] as const;
export type LaneState = (typeof laneStates)[number];

export interface LaneStatus {
  readonly state: LaneState;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
  /** A sentence; null while it runs. */
  readonly reason: string | null;
}
