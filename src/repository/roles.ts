import type { DeploymentConfig } from '../config/deployment.ts';
import type { SampleConfig } from '../config/sample.ts';
import { compareVersions } from './scan.ts';

export interface ShadowRole {
  readonly version: string;
  /** Share of the traffic it is offered, or the budget for it. */
  readonly sample: SampleConfig;
}

/** Which version does what for one model. */
export interface Roles {
  readonly primary: string;
  readonly shadows: readonly ShadowRole[];
}

/** Roles as they were last decided; kept in `data/` so that they survive a restart. */
export interface RememberedRoles extends Roles {
  /** Versions that were known then: one that is not among them is new. */
  readonly known: readonly string[];
  /** Hash of the `deployment.yaml` they were decided under; null when there was none. */
  readonly deploymentHash: string | null;
}

export interface DecidedRoles extends Roles {
  /** What a person should know of how they came about; empty when nothing is remarkable. */
  readonly remarks: readonly string[];
}

const defaultSample = 0.25;

/**
 * Decides the roles of a model: what its `deployment.yaml` says wins; then what was decided before; then
 * convention: the highest version is the shadow of the next lower one, a single version is primary, and a
 * version that appears later becomes the shadow while the primary stays.
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
      `the deployment.yaml of ${model} changed: roles decided under the former one no longer count`,
    );
    memory = null;
  }
  if (memory && !present(memory.primary)) {
    remarks.push(
      `version ${memory.primary} of ${model}, the primary until now, is gone: roles are decided afresh`,
    );
    memory = null;
  }

  const primary = config.primary ?? memory?.primary ?? versions[Math.max(0, versions.length - 2)]!;
  const sampleOf = (version: string): SampleConfig =>
    config.shadows?.find((shadow) => shadow.version === version)?.sample ?? defaultSample;
  if (config.shadows) {
    const shadows = config.shadows.filter((shadow) => {
      if (shadow.version !== primary) return true;
      remarks.push(`version ${primary} of ${model} is its primary and cannot be its own shadow`);
      return false;
    });
    return { primary, shadows: shadows.map(({ version, sample }) => ({ version, sample })), remarks };
  }

  const appeared = memory ? versions.filter((version) => !memory.known.includes(version)) : [];
  const newest = [...appeared].sort(compareVersions).at(-1);
  if (memory && newest === undefined) {
    const shadows = memory.shadows.filter(({ version }) => present(version) && version !== primary);
    return { primary, shadows, remarks };
  }
  const highest = versions
    .filter((version) => version !== primary && compareVersions(version, primary) > 0)
    .at(-1);
  const shadow = newest !== undefined && newest !== primary ? newest : highest;
  const shadows = shadow === undefined ? [] : [{ version: shadow, sample: sampleOf(shadow) }];
  return { primary, shadows, remarks };
}
