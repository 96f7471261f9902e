import type { ArbiterSeat } from './arbiter.ts';
import { ExclusiveTurns } from './exclusive-turns.ts';
import { YieldingTurns } from './yielding-turns.ts';

/** A worker's side of a device's arbiter. A thread takes one turn at a time; `take` blocks it. */
export interface DeviceTurns {
  /** @throws when the device does not come free: whoever holds it hangs */
  take(): void;
  give(): void;
}

export interface TurnLimits {
  /** A shadow waits for primaries at least so long before it goes all the same, milliseconds. */
  readonly leastPatience: number;
  readonly mostPatience: number;
  /** After so long a wait for an exclusive device its holder is taken to hang, milliseconds. */
  readonly longestHold: number;
}

const defaultLimits: TurnLimits = { leastPatience: 50, mostPatience: 1000, longestHold: 60_000 };

export function takeSeat(seat: ArbiterSeat, thread: number, limits: TurnLimits = defaultLimits): DeviceTurns {
  return seat.mode === 'exclusive'
    ? new ExclusiveTurns(seat, thread, limits)
    : new YieldingTurns(seat, thread, limits);
}

/** Does its work in a turn, also when it fails. */
export async function inTurn<Result>(
  turns: DeviceTurns | null,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!turns) return work();
  turns.take();
  try {
    return await work();
  } finally {
    turns.give();
  }
}
