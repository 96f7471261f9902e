import type { ServedVersion, ServingTable } from '../inference/serving-table.ts';

/** Triton's model repository extension. */
export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  /** `UNAVAILABLE` where it has no role, too. */
  readonly state: 'READY' | 'LOADING' | 'UNAVAILABLE';
  /** Why it is not ready. */
  readonly reason: string;
}

/** Every version in the repository. @param onlyReady those that are loaded */
export function repositoryIndex(table: ServingTable, onlyReady: boolean): readonly IndexEntry[] {
  return table
    .list()
    .flatMap(({ name, versions }) => versions.map((served) => indexEntry(name, served)))
    .filter(({ state }) => !onlyReady || state === 'READY');
}

function indexEntry(name: string, { version, state }: ServedVersion): IndexEntry {
  switch (state.kind) {
    case 'ready':
      return { name, version, state: 'READY', reason: '' };
    case 'loading':
      return { name, version, state: 'LOADING', reason: 'it is still loading' };
    case 'refused':
      return { name, version, state: 'UNAVAILABLE', reason: state.reason };
    case 'unused':
      return { name, version, state: 'UNAVAILABLE', reason: 'this version has no role, so it is not loaded' };
  }
}
