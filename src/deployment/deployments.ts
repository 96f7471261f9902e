import { defaultDeployment } from '../config/read-deployment.ts';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { ServedModel, ServingTable } from '../inference/serving-table.ts';
import type { RoleStore } from '../repository/role-store.ts';
import { decideRoles } from '../repository/roles.ts';
import type { FoundModel } from '../repository/scan.ts';
import { findModel } from '../serving/find-model.ts';
import { Deployment, type DeploymentParts } from './deployment.ts';

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
    store: RoleStore,
    parts: DeploymentParts,
  ): Promise<Deployments> {
    const all = new Deployments();
    for (const model of found) {
      try {
        const deployment = await createDeployment(model, store, parts);
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
  store: RoleStore,
  parts: DeploymentParts,
): Promise<Deployment> {
  if (found.deployment && 'error' in found.deployment) throw new Error(found.deployment.error);
  const config = found.deployment?.config ?? defaultDeployment;
  const deploymentHash = found.deployment?.hash ?? null;
  const versions = found.versions.map(({ version }) => version);
  const { primary, shadows, remarks } = decideRoles(
    found.name,
    versions,
    config,
    deploymentHash,
    store.get(found.name),
  );
  for (const remark of remarks) parts.logger.warn({ model: found.name }, remark);
  await store.set(found.name, { primary, shadows, known: versions, deploymentHash });
  return new Deployment(found, config, { primary, shadows }, parts);
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
