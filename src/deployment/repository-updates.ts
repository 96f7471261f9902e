import { sentenceOf, UnderstudyError } from '../errors.ts';
import { createExclusive, type Exclusive } from '../exclusive.ts';
import { type ModelPrints, readModelPrints } from '../repository/model-prints.ts';
import type { RoleHistory } from '../repository/role-history.ts';
import { scanRepository } from '../repository/scan.ts';
import { createDeployment } from './create-deployment.ts';
import type { Deployment } from './deployment.ts';
import type { DeploymentParts } from './deployment-parts.ts';
import type { Deployments } from './deployments.ts';
import type { LyingModel } from './lying-model.ts';
import { Refusals } from './refusals.ts';
import { undeployedModel } from './undeployed-model.ts';
import { updateDeployment } from './update-deployment.ts';

export interface RepositoryUpdatesOptions {
  /** The model repository. */
  readonly directory: string;
  readonly deployments: Deployments;
  readonly history: RoleHistory;
  readonly parts: DeploymentParts;
}

/** Brings what is deployed into line with what lies in the repository: at the start, when files change, and when it is asked for. */
export class RepositoryUpdates {
  readonly #options: RepositoryUpdatesOptions;
  readonly #refusals = new Map<string, Refusals>();
  /** By model: one update after the other. */
  readonly #turns = new Map<string, Exclusive>();
  /** Taken out on demand: they come back on demand only. */
  readonly #unloaded = new Set<string>();
  /** What was passed over, as it was last told. */
  #told: readonly string[] = [];
  #isClosed = false;

  constructor(options: RepositoryUpdatesOptions) {
    this.#options = options;
  }

  /**
   * Decides the roles of every model and remembers them; loads nothing yet.
   *
   * @returns what lay there, for whoever watches it from now on
   * @throws with a sentence where there is no repository
   */
  async begin(): Promise<ReadonlyMap<string, ModelPrints>> {
    const { prints, models } = await this.#look();
    for (const lying of models.values()) await this.#deploy(lying);
    return prints;
  }

  /** Has these models follow their files. Never rejects: what cannot be is said in the log. */
  async follow(names: readonly string[]): Promise<void> {
    const { logger } = this.#options.parts;
    try {
      const { models } = await this.#look();
      // One after the other: loading is work for all CPUs.
      for (const name of names) {
        if (!this.#unloaded.has(name)) await this.#update(name, models.get(name) ?? null);
      }
    } catch (error) {
      logger.error({ err: error }, `changed files could not be taken up: ${sentenceOf(error)}`);
    }
  }

  /**
   * Takes a model up as it lies in the repository now, whether it was loaded before or not.
   *
   * @throws UnderstudyError UNKNOWN_MODEL, or NOT_LOADED with the reason; what ran runs on then
   */
  async load(name: string): Promise<void> {
    const { models } = await this.#look();
    const lying = models.get(name);
    if (!lying) {
      const known = [...models.keys()].slice(0, 20).join(', ') || 'none';
      throw new UnderstudyError(
        'UNKNOWN_MODEL',
        `there is no model "${name.slice(0, 80)}" in the repository; there are ${known}`,
      );
    }
    this.#unloaded.delete(name);
    // What was refused is tried again.
    this.#refusals.delete(name);
    await this.#update(name, lying);
    const reasons = this.#notServed(name);
    if (reasons.length === 0) return;
    throw new UnderstudyError(
      'NOT_LOADED',
      `model ${name} cannot be loaded as it lies there: ${reasons.join('; ')}`,
    );
  }

  /**
   * Takes a model out of service once it has answered what it has.
   *
   * @throws UnderstudyError UNKNOWN_MODEL
   */
  async unload(name: string): Promise<void> {
    const { deployments, parts } = this.#options;
    const model = deployments.known(name);
    this.#unloaded.add(model.name);
    await this.#inTurn(model.name, async () => {
      const versions = model.versions.map(({ version }) => version);
      const instead = undeployedModel(
        model.name,
        versions,
        `it was unloaded; POST /v2/repository/models/${model.name}/load brings it back`,
      );
      const deployment = deployments.all().find((one) => one.name === model.name);
      if (deployment) await deployments.remove(deployment, instead);
      else deployments.refuse(instead);
      parts.logger.info({ model: model.name }, 'unloaded');
    });
  }

  /** Nothing is taken up any more. */
  close(): void {
    this.#isClosed = true;
  }

  #update(name: string, lying: LyingModel | null): Promise<void> {
    return this.#inTurn(name, async () => {
      const { deployments, history, parts } = this.#options;
      if (this.#isClosed) return;
      const present = deployments.all().find((one) => one.name === name);
      if (present) {
        await updateDeployment(present, lying, this.#refusalsOf(name), { history, logger: parts.logger });
        return;
      }
      deployments.forget(name);
      if (lying) await (await this.#deploy(lying))?.start();
    });
  }

  /** @returns null where it is refused, or the server is closing */
  async #deploy(lying: LyingModel): Promise<Deployment | null> {
    const { deployments, history, parts } = this.#options;
    const { name, versions } = lying.found;
    try {
      const deployment = await createDeployment(lying, history, parts);
      if (this.#isClosed) return null;
      deployments.add(deployment);
      return deployment;
    } catch (error) {
      parts.logger.error({ model: name }, `cannot be served: ${sentenceOf(error)}`);
      deployments.refuse(
        undeployedModel(
          name,
          versions.map(({ version }) => version),
          sentenceOf(error),
        ),
      );
      return null;
    }
  }

  async #look(): Promise<Look> {
    const { directory, parts } = this.#options;
    const prints = await readModelPrints(directory).catch(async (error: unknown) => {
      // Which says what is wrong in a sentence.
      await scanRepository(directory);
      throw error;
    });
    const { models, remarks } = await scanRepository(directory);
    for (const remark of remarks) if (!this.#told.includes(remark)) parts.logger.warn({}, remark);
    this.#told = remarks;
    const none: ModelPrints = { versions: new Map(), settings: '' };
    const lying = models.map((found) => ({ found, prints: prints.get(found.name) ?? none }));
    return { prints, models: new Map(lying.map((model) => [model.found.name, model])) };
  }

  #refusalsOf(name: string): Refusals {
    const refusals = this.#refusals.get(name) ?? new Refusals();
    this.#refusals.set(name, refusals);
    return refusals;
  }

  #notServed(name: string): readonly string[] {
    const model = this.#options.deployments.find(name);
    if (!model || model.refusal !== null) return [model?.refusal ?? 'it is gone'];
    const refused = this.#refusals.get(name)?.sentences ?? [];
    const primary = model.versions.find(({ version }) => version === model.primaryVersion);
    return model.lane === null && primary?.state.kind === 'refused' && refused.length === 0
      ? [`version ${primary.version} cannot be served: ${primary.state.reason}`]
      : refused;
  }

  #inTurn(name: string, work: () => Promise<void>): Promise<void> {
    const turn = this.#turns.get(name) ?? createExclusive();
    this.#turns.set(name, turn);
    return turn(work);
  }
}

interface Look {
  readonly prints: ReadonlyMap<string, ModelPrints>;
  /** By name. */
  readonly models: ReadonlyMap<string, LyingModel>;
}
