import type { RunningLane } from './running-lane.ts';

/** As people are told of a lane: `shadow 8`. */
export function laneName({ role, version }: Pick<RunningLane, 'role' | 'version'>): string {
  return `${role} ${version}`;
}
