import { type DeploymentConfig, type ShadowConfig, shadowSchema } from '../config/deployment.ts';
import { compareVersions } from './model-layout.ts';
import type { RoleChange } from './role-change.ts';

/** Which version does what for one model. */
export interface Roles {
  readonly primary: string;
  readonly shadows: readonly ShadowConfig[];
}

/** Roles as they were last decided; kept in `data/` so that they survive a restart. */
export interface RememberedRoles extends Roles {
  /** Versions that were known then: one that is not among them is new. */
  readonly known: readonly string[];
  /** Hash of the `deployment.yaml` they were decided under; null when there was none. */
  readonly deploymentHash: string | null;
  /** Whether they were changed while the server ran, so that they override that `deployment.yaml`. */
  readonly isOverride: boolean;
  /** Versions that promotions took the role of primary from, the latest last: where rollbacks lead. */
  readonly formerPrimaries: readonly string[];
  /** The last change, as the audit log has it; null before the first. Its revision counts them. */
  readonly lastChange: RoleChange | null;
}

export interface DecidedRoles extends Roles {
  /** Whether what was changed while the server ran still overrides the `deployment.yaml`. */
  readonly isOverride: boolean;
  /** What a person should know of how they came about; empty when nothing is remarkable. */
  readonly remarks: readonly string[];
}

/**
 * Decides the roles of a model: what was changed under the present `deployment.yaml` while the server ran wins; then what that
 * file says; then what was decided before; then convention: the highest version is the shadow of the next lower one, a single
 * version is primary, and a version that appears later becomes the shadow while the primary stays.
 *
 * @param versions ascending, at least one
 * @throws with a sentence when the config names a version that is not there
 */
export function decideRoles(
  model: string,
  versions: readonly string[],
  config: DeploymentConfig,
  deploymentHash: string | null,
  remembered: RememberedRoles | null,
): DecidedRoles {
  const remarks: string[] = [];
  const present = (version: string): boolean => versions.includes(version);
  for (const named of [config.primary, ...(config.shadows ?? []).map((shadow) => shadow.version)]) {
    if (named !== undefined && !present(named)) {
      throw new Error(
        `the deployment of ${model} names version ${named}, which is not in the repository; there are ${versions.join(', ')}`,
      );
    }
  }
  let memory = remembered;
  if (memory && memory.deploymentHash !== deploymentHash) {
    remarks.push(
      `the deployment.yaml of ${model} changed: what it says of roles counts, and no longer what was decided under the former one`,
    );
    // On what it says nothing of, it changes nothing: no promotion is undone since a segment was declared.
    const isSaid = config.primary !== undefined && config.primary !== memory.primary;
    memory = isSaid ? null : { ...memory, isOverride: false };
  }
  if (memory && !present(memory.primary)) {
    remarks.push(
      `version ${memory.primary} of ${model}, the primary until now, is gone: roles are decided afresh`,
    );
    memory = null;
  }
  const isOverride = memory?.isOverride ?? false;
  const said = isOverride ? {} : { primary: config.primary, shadows: config.shadows };

  const primary = said.primary ?? memory?.primary ?? versions[Math.max(0, versions.length - 2)]!;
  if (said.shadows) {
    const shadows = said.shadows.filter((shadow) => {
      if (shadow.version !== primary) return true;
      remarks.push(`version ${primary} of ${model} is its primary and cannot be its own shadow`);
      return false;
    });
    return { primary, shadows, isOverride, remarks };
  }

  // Where the file says which shadows there are to be, a version that appears is not one of them.
  const appeared =
    memory && config.shadows === undefined ? versions.filter((one) => !memory.known.includes(one)) : [];
  const newest = [...appeared].sort(compareVersions).at(-1);
  if (memory && newest === undefined) {
    const shadows = memory.shadows.filter(({ version }) => present(version) && version !== primary);
    return { primary, shadows, isOverride, remarks };
  }
  const highest = versions
    .filter((version) => version !== primary && compareVersions(version, primary) > 0)
    .at(-1);
  const shadow = newest !== undefined && newest !== primary ? newest : highest;
  const shadows = shadow === undefined ? [] : [shadowSchema.parse({ version: shadow })];
  return { primary, shadows, isOverride, remarks };
}
