import { sentenceOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type ModelPrints, readModelPrints } from './model-prints.ts';

export interface WatcherOptions {
  /** The model repository. */
  readonly directory: string;
  readonly intervalMs: number;
  /** Told of models whose files have changed and are at rest since. */
  readonly onChange: (models: readonly string[]) => void;
  readonly logger: Logger;
}

/**
 * Looks at the repository now and then. A change counts when two looks in a row saw the same: a file that is being copied grows
 * from one to the next.
 */
export class RepositoryWatcher implements AsyncDisposable {
  readonly #options: WatcherOptions;
  /** As it was told of, or as the server found it. */
  readonly #told: Map<string, string>;
  #seen: ReadonlyMap<string, string>;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #isFailing = false;
  #isClosed = false;

  /** @param found by the server before it read them */
  constructor(found: ReadonlyMap<string, ModelPrints>, options: WatcherOptions) {
    this.#options = options;
    this.#told = wholePrints(found);
    this.#seen = this.#told;
    this.#plan();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Looks now. Never rejects: what cannot be read is told in the log. */
  async look(): Promise<void> {
    const { directory, logger, onChange } = this.#options;
    try {
      const prints = wholePrints(await readModelPrints(directory));
      if (this.#isClosed) return;
      const changed = this.#atRest(prints);
      this.#seen = prints;
      for (const name of changed) this.#tell(name, prints.get(name));
      if (changed.length > 0) onChange(changed);
      if (this.#isFailing) logger.info({}, `${directory} can be read again`);
      this.#isFailing = false;
    } catch (error) {
      // Nothing is known of what lies there now; what runs runs on.
      if (!this.#isFailing) {
        logger.error(
          { err: error },
          `${directory} cannot be watched: ${sentenceOf(error)}; it is tried again`,
        );
      }
      this.#isFailing = true;
    }
  }

  #plan(): void {
    if (this.#isClosed) return;
    // Not at an interval: a slow file system would never be at rest.
    this.#timer = setTimeout(() => {
      this.#looking = this.look().finally(() => this.#plan());
    }, this.#options.intervalMs).unref();
  }

  #atRest(prints: ReadonlyMap<string, string>): string[] {
    const names = new Set([...prints.keys(), ...this.#told.keys()]);
    return [...names].filter(
      (name) => prints.get(name) !== this.#told.get(name) && prints.get(name) === this.#seen.get(name),
    );
  }

  #tell(name: string, print: string | undefined): void {
    if (print === undefined) this.#told.delete(name);
    else this.#told.set(name, print);
  }
}

function wholePrints(prints: ReadonlyMap<string, ModelPrints>): Map<string, string> {
  return new Map(
    [...prints].map(([name, { versions, settings }]) => [name, JSON.stringify([...versions, settings])]),
  );
}
