import { UnderstudyError } from '../errors.ts';
import type { ServedModel, ServedVersion } from '../inference/serving-table.ts';

/** @throws UnderstudyError UNKNOWN_VERSION that names those there are */
export function findVersion(model: ServedModel, version: string): ServedVersion {
  const found = model.versions.find((served) => served.version === version);
  if (found) return found;
  const known = model.versions.map((served) => served.version).join(', ') || 'none';
  throw new UnderstudyError(
    'UNKNOWN_VERSION',
    `there is no version ${version.slice(0, 40)} of model ${model.name}; there are ${known}`,
  );
}

/** Why a model has no lane, in a sentence. */
export function refusalOf(model: ServedModel): string {
  if (model.refusal !== null) return model.refusal;
  const primary = model.versions.find((served) => served.version === model.primaryVersion);
  if (primary?.state.kind !== 'refused') return 'it is still loading';
  return `version ${primary.version}, its primary, cannot be served: ${primary.state.reason}`;
}

/** Where a model is not served as it lies in the repository, a sentence each. */
export function remarksOn({ versions, remarks }: ServedModel): readonly string[] {
  return [
    ...remarks,
    ...versions.flatMap(({ version, remark }) => (remark === null ? [] : [`version ${version}: ${remark}`])),
  ];
}
