import type { ServedModel } from '../inference/serving-table.ts';

/** A model that is known, and that nothing is loaded of. @param reason a sentence */
export function undeployedModel(name: string, versions: readonly string[], reason: string): ServedModel {
  return {
    name,
    versions: versions.map((version) => ({
      version,
      role: null,
      state: { kind: 'refused', reason },
      statistics: null,
      remark: null,
    })),
    primaryVersion: null,
    config: null,
    lane: null,
    refusal: reason,
    remarks: [],
  };
}
