import { defaultDeployment } from '../config/read-deployment.ts';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { compareVersions } from '../repository/model-layout.ts';
import type { RoleHistory } from '../repository/role-history.ts';
import { decideRoles } from '../repository/roles.ts';
import type { Deployment, DeploymentRemarks, PlannedChange } from './deployment.ts';
import { type LyingModel, lyingFiles } from './lying-model.ts';
import type { Refusals } from './refusals.ts';
import { VersionNotServed } from './version-not-served.ts';
import { isSameFile, type PlannedFile } from './wanted-lanes.ts';

export interface UpdateParts {
  readonly history: RoleHistory;
  readonly logger: Logger;
}

/**
 * Has a deployment follow what lies in the repository now. What cannot be served is refused and left out, until it changes; what
 * plays plays on, whatever became of its file.
 *
 * @param lying null where the model is gone
 * @throws UnderstudyError SHUTTING_DOWN, or INTERNAL where roles cannot be kept
 */
export async function updateDeployment(
  deployment: Deployment,
  lying: LyingModel | null,
  refusals: Refusals,
  parts: UpdateParts,
): Promise<void> {
  refusals.keepFor(lying?.prints ?? null);
  // Each turn refuses something more.
  while (lying !== null) {
    try {
      await deployment.change(() => plannedUpdate(deployment, lying, refusals, parts));
      break;
    } catch (error) {
      // Nothing answers, and nobody else is to answer instead: it is told, and that is all.
      if (deployment.primary === null && error instanceof VersionNotServed) break;
      if (!refuse(deployment, lying, refusals, error)) throw error;
    }
  }
  tellOf(deployment, remarksOn(deployment, lying, refusals), parts.logger);
}

function plannedUpdate(
  { name, plan, roles: before, primary }: Deployment,
  lying: LyingModel,
  refusals: Refusals,
  { history, logger }: UpdateParts,
): PlannedChange {
  const { found } = lying;
  const remembered = history.get(name)!;
  const keepsSettings = refusals.settings !== null;
  if (!keepsSettings && found.deployment && 'error' in found.deployment)
    throw new Error(found.deployment.error);
  const read = found.deployment && 'config' in found.deployment ? found.deployment : null;
  const config = keepsSettings ? plan.config : (read?.config ?? defaultDeployment);
  const deploymentHash = keepsSettings ? remembered.deploymentHash : (read?.hash ?? null);
  const unsupported = keepsSettings ? plan.unsupported : (read?.remarks ?? []);

  const playing = primary === null ? [] : [before.primary, ...before.shadows.map(({ version }) => version)];
  const files = playableFiles(plan.files, playing, lying, refusals);
  const known = [...files.keys()];
  const { remarks, ...roles } = decideRoles(name, known, config, deploymentHash, remembered);
  const formerPrimaries =
    roles.primary === before.primary
      ? remembered.formerPrimaries
      : [...remembered.formerPrimaries, before.primary];
  const reason = remarks.length === 0 ? null : remarks.join('; ');
  return {
    plan: { config, unsupported, roles, files },
    tried: known.filter((version) => !isSameFile(files.get(version), plan.files.get(version))),
    keep: async () => {
      const told = unsupported.filter((remark) => !plan.unsupported.includes(remark));
      for (const remark of [...remarks, ...told]) logger.warn({ model: name }, remark);
      await history.decide(name, { ...roles, known, deploymentHash, formerPrimaries }, reason);
    },
  };
}

/** Ascending: what lies there and is not refused; and of what plays, what it was loaded from. */
function playableFiles(
  former: ReadonlyMap<string, PlannedFile>,
  playing: readonly string[],
  lying: LyingModel,
  refusals: Refusals,
): Map<string, PlannedFile> {
  const refused = refusals.versions;
  const files = new Map([...lyingFiles(lying)].filter(([version]) => !refused.has(version)));
  for (const version of playing) {
    const file = former.get(version);
    if (file && !files.has(version)) files.set(version, file);
  }
  return new Map([...files].sort(([a], [b]) => compareVersions(a, b)));
}

/** Finds whose fault it was. @returns false where it is nobody's, or refused already */
function refuse({ plan }: Deployment, lying: LyingModel, refusals: Refusals, error: unknown): boolean {
  const cause = error instanceof VersionNotServed ? error.cause : error;
  if (cause instanceof UnderstudyError && (cause.code === 'SHUTTING_DOWN' || cause.code === 'INTERNAL'))
    return false;
  if (error instanceof VersionNotServed) {
    const { version } = error;
    const print = lying.prints.versions.get(version);
    const isNew = print !== undefined && print !== plan.files.get(version)?.print;
    if (isNew && !refusals.versions.has(version)) {
      refusals.refuseVersion(version, print, sentenceOf(error));
      return true;
    }
  }
  if (refusals.settings !== null) return false;
  const sentence =
    error instanceof VersionNotServed
      ? `version ${error.version} cannot be served under the new settings: ${error.message}`
      : sentenceOf(error);
  refusals.refuseSettings(lying.prints.settings, sentence);
  return true;
}

function remarksOn(
  { plan, roles }: Deployment,
  lying: LyingModel | null,
  refusals: Refusals,
): DeploymentRemarks {
  const versions = new Map<string, string>();
  const lies = (version: string) => lying?.found.versions.some((file) => file.version === version) ?? false;
  for (const version of [roles.primary, ...roles.shadows.map((shadow) => shadow.version)]) {
    if (!lies(version)) versions.set(version, 'its file is gone; what was loaded from it runs on');
  }
  for (const [version, reason] of refusals.versions) {
    const ending = plan.files.has(version) ? '; what was loaded from the former one runs on' : '';
    versions.set(version, `its file cannot be served: ${reason}${ending}`);
  }
  const { settings } = refusals;
  return {
    versions,
    deployment:
      settings === null
        ? []
        : [`the settings in the repository are not in use: ${settings}; the former ones are`],
  };
}

/** Says in the log what was not so before. */
function tellOf(deployment: Deployment, remarks: DeploymentRemarks, logger: Logger): void {
  const model = deployment.name;
  const before = new Map(deployment.versions.map(({ version, remark }) => [version, remark]));
  for (const [version, remark] of remarks.versions) {
    if (before.get(version) !== remark) logger.error({ model, version }, remark);
  }
  for (const remark of remarks.deployment) {
    if (!deployment.remarks.includes(remark)) logger.error({ model }, remark);
  }
  deployment.note(remarks);
}
