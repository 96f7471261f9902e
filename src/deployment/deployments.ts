import { UnderstudyError } from '../errors.ts';
import type { ServedModel, ServingTable } from '../inference/serving-table.ts';
import { findModel } from '../serving/find-model.ts';
import type { Deployment } from './deployment.ts';

/** How long the shadows of one model may keep those of the next from loading. */
const patienceMs = 2_000;

/** All models of the repository: those that are deployed, and those that cannot be, with the reason. */
export class Deployments implements ServingTable {
  readonly #refused = new Map<string, ServedModel>();
  readonly #deployed = new Map<string, Deployment>();
  /** Lanes of deployments that are no longer there, with a run that does not end. */
  #leftBehind = 0;

  find(model: string): ServedModel | undefined {
    return this.#deployed.get(model) ?? this.#refused.get(model);
  }

  /** By name. */
  list(): readonly ServedModel[] {
    const models = [...this.#deployed.values(), ...this.#refused.values()];
    return models.sort((a, b) => a.name.localeCompare(b.name));
  }

  all(): readonly Deployment[] {
    return [...this.#deployed.values()];
  }

  /** @throws UnderstudyError UNKNOWN_MODEL */
  known(model: string): ServedModel {
    return findModel(this, model);
  }

  /** @throws UnderstudyError UNKNOWN_MODEL, or MODEL_NOT_READY when its deployment was refused */
  deployed(model: string): Deployment {
    const deployment = this.#deployed.get(model);
    if (deployment) return deployment;
    const { name, refusal } = this.known(model);
    throw new UnderstudyError('MODEL_NOT_READY', `model ${name} is not deployed: ${refusal}`);
  }

  add(deployment: Deployment): void {
    this.#refused.delete(deployment.name);
    this.#deployed.set(deployment.name, deployment);
  }

  /** There is no deployment of it; the model says why. */
  refuse(model: ServedModel): void {
    this.#refused.set(model.name, model);
  }

  /** Knows nothing of it any more, unless it is deployed. */
  forget(model: string): void {
    this.#refused.delete(model);
  }

  /** Puts what says why in its place, and closes it once it has answered what it has. */
  async remove(deployment: Deployment, instead: ServedModel): Promise<void> {
    if (this.#deployed.get(deployment.name) !== deployment) return;
    this.#deployed.delete(deployment.name);
    this.refuse(instead);
    this.#leftBehind += await deployment.close();
  }

  async startPrimaries(): Promise<void> {
    for (const deployment of this.all()) await deployment.startPrimary();
  }

  /**
   * After all primaries. One model after the other, since loading is work for all CPUs, and what one load adds to the
   * memory can be told only while it is alone; but none waits long for another's shadow.
   */
  async startShadows(): Promise<void> {
    const starting: Promise<void>[] = [];
    for (const deployment of this.all()) {
      const start = deployment.startShadows();
      starting.push(start);
      await settledWithin(start, patienceMs);
    }
    await Promise.all(starting);
  }

  flush(): void {
    for (const deployment of this.all()) deployment.flush();
  }

  async settle(timeoutMs: number): Promise<void> {
    for (const deployment of this.all()) await deployment.settle(timeoutMs);
  }

  /** As `Deployment.beginClosing`, over all of them. */
  async beginClosing(): Promise<void> {
    await Promise.all(this.all().map((deployment) => deployment.beginClosing()));
  }

  /** As `Deployment.close`, over all of them. */
  async close(): Promise<number> {
    const leftBehind = await Promise.all(this.all().map((deployment) => deployment.close()));
    return leftBehind.reduce((sum, lanes) => sum + lanes, this.#leftBehind);
  }
}

/** Rejects as the promise does. */
async function settledWithin(promise: Promise<void>, timeoutMs: number): Promise<void> {
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
