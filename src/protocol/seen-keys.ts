import type { JsonReader } from './json-reader.ts';
import type { NameTable } from './name-table.ts';

/** The keys of one object read so far, to refuse a duplicate; for tables of up to 31 names. */
export class SeenKeys {
  #known = 0;
  #others: Set<string> | null = null;

  /** Reads the next key: its index in the table, or −1 with the key in `reader.text`. */
  next(reader: JsonReader, table: NameTable): number {
    const index = reader.readKey(table);
    if (index >= 0) {
      const bit = 1 << index;
      if ((this.#known & bit) !== 0) throw reader.duplicateKey(table.names[index]!);
      this.#known |= bit;
      return index;
    }
    this.#others ??= new Set();
    if (this.#others.has(reader.text)) throw reader.duplicateKey(reader.text);
    this.#others.add(reader.text);
    return -1;
  }
}
