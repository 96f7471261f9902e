import type { ModelPrints } from '../repository/model-prints.ts';
import type { FoundModel } from '../repository/scan.ts';
import type { PlannedFile } from './wanted-lanes.ts';

/** A model as it lies in the repository. */
export interface LyingModel {
  readonly found: FoundModel;
  /** Read before the files are: what is written later is seen as a change. */
  readonly prints: ModelPrints;
}

/** The file of each version. */
export function lyingFiles({ found, prints }: LyingModel): Map<string, PlannedFile> {
  return new Map(
    found.versions.map(({ version, path }) => [version, { path, print: prints.versions.get(version) ?? '' }]),
  );
}
