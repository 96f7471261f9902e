import { type BenchServer, startBenchServer } from '../run-scenario.ts';
import { findNginx } from './nginx-program.ts';
import type { Shadow } from './peer-options.ts';
import { findPython } from './python-program.ts';
import { type RequestCounts, readPeerCounts, readUnderstudyCounts } from './request-counts.ts';

/** A server that answers the MLP's requests and gives them to a shadow, too. */
export interface Contender {
  readonly name: string;
  /** Throws where a program is missing, with a sentence that says how to install it. */
  check(): void;
  start(shadow: Shadow): Promise<BenchServer>;
  counts(url: string): Promise<RequestCounts>;
}

/** The sentence of `check`; null where nothing is missing. */
export function reasonToSkip({ check }: Contender): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const nothingToCheck = (): void => {};

function peer(name: string, check: () => void = nothingToCheck): Contender {
  const start = (shadow: Shadow) => startBenchServer(`./peers/${name}.ts`, JSON.stringify({ shadow }));
  return { name, check, start, counts: readPeerCounts };
}

/** What Understudy is compared with, named after its script. */
export const peers: readonly Contender[] = [
  peer('tee'),
  peer('tee-cluster'),
  peer('tee-pools'),
  peer('nginx-mirror', findNginx),
  peer('fastapi', findPython),
];

export const understudy: Contender = {
  name: 'understudy',
  check: nothingToCheck,
  start: (sample) => startBenchServer('./servers/understudy.ts', JSON.stringify({ sample })),
  counts: readUnderstudyCounts,
};
