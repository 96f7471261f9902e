import { defaultDeployment } from '../config/read-deployment.ts';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { ServedModel, ServingTable } from '../inference/serving-table.ts';
import type { RoleHistory } from '../repository/role-history.ts';
import { decideRoles } from '../repository/roles.ts';
import type { FoundModel } from '../repository/scan.ts';
import { findModel } from '../serving/find-model.ts';
import { Deployment } from './deployment.ts';
import type { DeploymentParts } from './deployment-parts.ts';

/** How long the shadows of one model may keep those of the next from loading. */
const patienceMs = 2_000;

/** All models of the repository: those that are deployed, and those that cannot be, with the reason. */
export class Deployments implements ServingTable {
  readonly #models = new Map<string, ServedModel>();
  readonly #deployments: Deployment[] = [];

  private constructor() {}

  /** Decides the roles of every model and remembers them; loads nothing yet. */
  static async create(
    found: readonly FoundModel[],
    history: RoleHistory,
    parts: DeploymentParts,
  ): Promise<Deployments> {
    const all = new Deployments();
    for (const model of found) {
      try {
        const deployment = await createDeployment(model, history, parts);
        all.#models.set(model.name, deployment);
        all.#deployments.push(deployment);
      } catch (error) {
        parts.logger.error({ model: model.name }, `cannot be served: ${sentenceOf(error)}`);
        all.#models.set(model.name, refused(model, sentenceOf(error)));
      }
    }
    return all;
  }

  find(model: string): ServedModel | undefined {
    return this.#models.get(model);
  }

  list(): readonly ServedModel[] {
    return [...this.#models.values()];
  }

  all(): readonly Deployment[] {
    return this.#deployments;
  }

  /** @throws UnderstudyError UNKNOWN_MODEL */
  known(model: string): ServedModel {
    return findModel(this, model);
  }

  /** @throws UnderstudyError UNKNOWN_MODEL, or MODEL_NOT_READY when its deployment was refused */
  deployed(model: string): Deployment {
    const known = this.known(model);
    const deployment = this.#deployments.find(({ name }) => name === known.name);
    if (deployment) return deployment;
    throw new UnderstudyError('MODEL_NOT_READY', `model ${known.name} is not deployed: ${known.refusal}`);
  }

  async startPrimaries(): Promise<void> {
    for (const deployment of this.#deployments) await deployment.startPrimary();
  }

  /**
   * After all primaries. One model after the other, since loading is work for all CPUs, and what one load adds to the
   * memory can be told only while it is alone; but none waits long for another's shadow.
   */
  async startShadows(): Promise<void> {
    const starting: Promise<void>[] = [];
    for (const deployment of this.#deployments) {
      const start = deployment.startShadows();
      starting.push(start);
      await settledWithin(start, patienceMs);
    }
    await Promise.all(starting);
  }

  flush(): void {
    for (const deployment of this.#deployments) deployment.flush();
  }

  async settle(timeoutMs: number): Promise<void> {
    for (const deployment of this.#deployments) await deployment.settle(timeoutMs);
  }

  /** As `Deployment.beginClosing`, over all of them. */
  async beginClosing(): Promise<void> {
    await Promise.all(this.#deployments.map((deployment) => deployment.beginClosing()));
  }

  /** As `Deployment.close`, over all of them. */
  async close(): Promise<number> {
    const leftBehind = await Promise.all(this.#deployments.map((deployment) => deployment.close()));
    return leftBehind.reduce((sum, lanes) => sum + lanes, 0);
  }
}

/** Rejects as the promise does. */
async function settledWithin(promise: Promise<void>, timeoutMs: number): Promise<void> {
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}

async function createDeployment(
  found: FoundModel,
  history: RoleHistory,
  parts: DeploymentParts,
): Promise<Deployment> {
  if (found.deployment && 'error' in found.deployment) throw new Error(found.deployment.error);
  const config = found.deployment?.config ?? defaultDeployment;
  const deploymentHash = found.deployment?.hash ?? null;
  const known = found.versions.map(({ version }) => version);
  const before = history.get(found.name);
  const { remarks, ...roles } = decideRoles(found.name, known, config, deploymentHash, before);
  for (const remark of remarks) parts.logger.warn({ model: found.name }, remark);
  const formerPrimaries = before?.formerPrimaries ?? [];
  const reason = remarks.length === 0 ? null : remarks.join('; ');
  await history.decide(found.name, { ...roles, known, deploymentHash, formerPrimaries }, reason);
  const files = new Map(found.versions.map(({ version, path }) => [version, path]));
  return new Deployment(found.name, { config, roles, files }, parts);
}

function refused(found: FoundModel, reason: string): ServedModel {
  return {
    name: found.name,
    versions: found.versions.map(({ version }) => ({
      version,
      role: null,
      state: { kind: 'refused', reason },
      statistics: null,
    })),
    primaryVersion: null,
    config: null,
    lane: null,
    refusal: reason,
  };
}
