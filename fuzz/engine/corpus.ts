import { featuresPerBlock } from './coverage.ts';

export interface CorpusEntry {
  readonly input: Buffer;
  /** Features of which it is the shortest input known. */
  owned: number;
  /** How often it was changed for another one. */
  chosen: number;
}

/**
 * For each feature the shortest input that has it: what is the shortest for none is dropped, so there are never more inputs than
 * features, and their sum is small.
 */
export class Corpus {
  readonly #owners: (CorpusEntry | undefined)[];
  #entries: CorpusEntry[] = [];
  features = 0;
  #blocks = 0;
  #coveredBlocks = new Set<number>();

  constructor(blocks: number) {
    this.#owners = new Array(blocks * featuresPerBlock);
    this.#blocks = blocks;
  }

  get size(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#entries.reduce((sum, { input }) => sum + input.length, 0);
  }

  get coveredBlocks(): number {
    return this.#coveredBlocks.size;
  }

  get blocks(): number {
    return this.#blocks;
  }

  /** Keeps the input where it is new, or the shortest, for one of its features. Returns whether one was new. */
  offer(input: Buffer, features: Uint32Array, count: number): boolean {
    let entry: CorpusEntry | null = null;
    let isNew = false;
    for (let i = 0; i < count; i++) {
      const feature = features[i]!;
      const owner = this.#owners[feature];
      if (owner !== undefined && owner.input.length <= input.length) continue;
      entry ??= { input: Buffer.from(input), owned: 0, chosen: 0 };
      if (owner === undefined) {
        isNew = true;
        this.features++;
        this.#coveredBlocks.add(Math.floor(feature / featuresPerBlock));
      } else owner.owned--;
      this.#owners[feature] = entry;
      entry.owned++;
    }
    if (entry === null) return false;
    this.#entries.push(entry);
    if (this.#entries.some(({ owned }) => owned === 0)) {
      this.#entries = this.#entries.filter(({ owned }) => owned > 0);
    }
    return isNew;
  }

  /** Of two drawn the one that was chosen less often. */
  choose(random: () => number): Buffer {
    const [one, other] = [this.#draw(random), this.#draw(random)];
    const chosen = one.chosen <= other.chosen ? one : other;
    chosen.chosen++;
    return chosen.input;
  }

  any(random: () => number): Buffer {
    return this.#draw(random).input;
  }

  /** The shortest input for each block, however often it is entered: enough to reach all of it again. */
  distilled(): Buffer[] {
    const inputs = new Set<Buffer>();
    for (const block of this.#coveredBlocks) {
      const owners = this.#owners.slice(block * featuresPerBlock, (block + 1) * featuresPerBlock);
      const shortest = owners
        .filter((owner) => owner !== undefined)
        .sort((a, b) => a.input.length - b.input.length)[0];
      inputs.add(shortest!.input);
    }
    return [...inputs];
  }

  #draw(random: () => number): CorpusEntry {
    return this.#entries[Math.floor(random() * this.#entries.length)]!;
  }
}
