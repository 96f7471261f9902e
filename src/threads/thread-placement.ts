export const threadRoles = ['primary', 'shadow', 'control', 'log', 'analysis', 'resources'] as const;
/** Whose work a thread does. */
export type ThreadRole = (typeof threadRoles)[number];

/** How much a thread yields: not at all, by a nice value, or by running only when nothing else wants to. */
export type Yielding = 'never' | 'niced' | 'idle';

/** Where a thread is to run; survives structured cloning. */
export interface ThreadPlacement {
  readonly role: ThreadRole;
  /** As `top -H` shows it; at most 15 bytes, unique in the process. */
  readonly name: string;
  readonly yielding: Yielding;
  /** CPUs it may run on; null for all that the process may use. */
  readonly cpus: readonly number[] | null;
}

/** What became of it. */
export interface PlacedThread {
  readonly role: ThreadRole;
  readonly name: string;
  /** What it got: idle may have become niced. */
  readonly yielding: Yielding;
  /** What was refused, a sentence each; empty when all was as asked. */
  readonly refusals: readonly string[];
}
