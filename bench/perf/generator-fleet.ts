import { LoadGenerator } from '../load-generator.ts';

/** Generator processes, as many as are wanted; all are kept, since those that have run are warm. */
export class GeneratorFleet implements Disposable {
  readonly #generators: LoadGenerator[] = [];
  readonly #most: number;

  /** Starts with so many and never has more than `most`. */
  constructor(first: number, most: number) {
    this.#most = most;
    for (let i = 0; i < first; i++) this.#generators.push(new LoadGenerator());
  }

  /** All there are, or fewer where there is not one connection for each. */
  take(connections: number): readonly LoadGenerator[] {
    return this.#generators.slice(0, connections);
  }

  /** One more; false where there are as many as may be. */
  grow(): boolean {
    if (this.#generators.length >= this.#most) return false;
    this.#generators.push(new LoadGenerator());
    return true;
  }

  [Symbol.dispose](): void {
    for (const generator of this.#generators) generator[Symbol.dispose]();
  }
}
