/** One thing that is measured by playing made-up traffic many times, with what is true known beforehand. */
export interface Simulation {
  readonly name: string;
  /** What it is about, for people: a phrase. */
  readonly question: string;
  /** How often it is played unless somebody wants more. */
  readonly runs: number;
  /** The same findings for the same `runs` and `seed`. */
  readonly simulate: (runs: number, seed: number) => readonly Finding[] | Promise<readonly Finding[]>;
}

export interface Finding {
  readonly what: string;
  /** Null where it is there for comparison only. */
  readonly wanted: Wanted | null;
  readonly seen: Share | string;
}

export interface Wanted {
  readonly bound: 'at most' | 'at least';
  readonly share: number;
}

export interface Share {
  readonly count: number;
  readonly of: number;
}

export function atMost(share: number): Wanted {
  return { bound: 'at most', share };
}

export function atLeast(share: number): Wanted {
  return { bound: 'at least', share };
}
