/**
 * A fixed list of names that can be looked up by their bytes as they lie in a request, so that a known key or
 * tensor name costs no string. Open addressing, at most half full.
 */
export class NameTable {
  readonly names: readonly string[];
  readonly #byText: Map<string, number>;
  readonly #encoded: readonly Buffer[];
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#byText = new Map(names.map((name, index) => [name, index]));
    this.#encoded = names.map((name) => Buffer.from(name, 'utf8'));
    let size = 8;
    while (size < names.length * 2) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size).fill(-1);
    for (const [index, bytes] of this.#encoded.entries()) {
      let slot = nameHash(bytes) & this.#mask;
      while (this.#slots[slot] !== -1) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = index;
    }
  }

  /** Index of the name whose UTF-8 bytes are `[start, end)` and hash to `hash`, or −1. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const length = end - start;
    let slot = hash & this.#mask;
    for (;;) {
      const index = this.#slots[slot]!;
      if (index === -1) return -1;
      const candidate = this.#encoded[index]!;
      if (candidate.length === length) {
        let at = 0;
        while (at < length && candidate[at] === bytes[start + at]) at++;
        if (at === length) return index;
      }
      slot = (slot + 1) & this.#mask;
    }
  }

  indexOf(name: string): number {
    return this.#byText.get(name) ?? -1;
  }
}

/** One step of the hash that `NameTable.find` expects; starts at 0. */
export function hashStep(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

function nameHash(bytes: Uint8Array): number {
  let hash = 0;
  for (const byte of bytes) hash = hashStep(hash, byte);
  return hash;
}
