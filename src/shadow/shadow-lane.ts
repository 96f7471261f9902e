import type { Lane } from '../inference/lane.ts';
import type { TrafficLedger } from './traffic-ledger.ts';

/** A lane that the mirror offers served requests to. */
export interface ShadowLane {
  readonly version: string;
  readonly role: 'shadow' | 'control';
  /** Inclusion probability, in [0, 1]. */
  readonly rate: number;
  readonly lane: Lane;
  readonly ledger: TrafficLedger;
}
