import { defaultDeployment } from '../config/read-deployment.ts';
import type { RoleHistory } from '../repository/role-history.ts';
import { decideRoles } from '../repository/roles.ts';
import { Deployment } from './deployment.ts';
import type { DeploymentParts } from './deployment-parts.ts';
import { type LyingModel, lyingFiles } from './lying-model.ts';

/**
 * Decides the roles of a model and remembers them; loads nothing yet.
 *
 * @throws with a sentence where its deployment.yaml cannot be used
 */
export async function createDeployment(
  lying: LyingModel,
  history: RoleHistory,
  parts: DeploymentParts,
): Promise<Deployment> {
  const { name, deployment } = lying.found;
  if (deployment && 'error' in deployment) throw new Error(deployment.error);
  const config = deployment?.config ?? defaultDeployment;
  const deploymentHash = deployment?.hash ?? null;
  const files = lyingFiles(lying);
  const known = [...files.keys()];
  const before = history.get(name);
  const { remarks, ...roles } = decideRoles(name, known, config, deploymentHash, before);
  for (const remark of remarks) parts.logger.warn({ model: name }, remark);
  const formerPrimaries = before?.formerPrimaries ?? [];
  const reason = remarks.length === 0 ? null : remarks.join('; ');
  await history.decide(name, { ...roles, known, deploymentHash, formerPrimaries }, reason);
  const unsupported = deployment?.remarks ?? [];
  for (const remark of unsupported) parts.logger.warn({ model: name }, remark);
  return new Deployment(name, { config, unsupported, roles, files }, parts);
}
