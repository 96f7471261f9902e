import type { TextMessage, TextValue } from './protobuf-text.ts';

/** What protobuf takes a field for that is not there: to write it says nothing. */
const standards: ReadonlySet<string> = new Set(['0', '0.0', 'false', 'False', 'f', '']);

/** The fields of a message, taken one after the other: what is left at the end nobody has understood. */
export class TritonFields {
  readonly #path: string;
  readonly #values = new Map<string, TextValue[]>();
  readonly #taken: TritonFields[] = [];
  readonly #refused: string[] = [];

  constructor(message: TextMessage, path = '') {
    this.#path = path;
    for (const { name, value } of message) {
      this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
    }
  }

  /** Paths of what was not taken and says something. */
  get left(): readonly string[] {
    const own = [...this.#values]
      .filter(([, values]) => values.some(saysSomething))
      .map(([name]) => this.#at(name));
    return [...own, ...this.#refused, ...this.#taken.flatMap((fields) => fields.left)];
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  skip(...names: readonly string[]): void {
    for (const name of names) this.#values.delete(name);
  }

  /** Undefined where it is not there. @throws with a sentence where it is no whole number */
  integer(name: string): number | undefined {
    const value = this.#last(name);
    if (value === undefined) return undefined;
    if (value.kind === 'word' && /^[-+]?\d{1,15}$/.test(value.word)) return Number(value.word);
    throw new Error(`${this.#at(name)}: expected a whole number`);
  }

  /** All of a repeated field. */
  integers(name: string): number[] {
    return this.#takeAll(name).map((value) => {
      if (value.kind === 'word' && /^[-+]?\d{1,15}$/.test(value.word)) return Number(value.word);
      throw new Error(`${this.#at(name)}: expected whole numbers`);
    });
  }

  /** A text, or the name of an enumeration's value. */
  text(name: string): string | undefined {
    const value = this.#last(name);
    if (value === undefined) return undefined;
    if (value.kind === 'message') throw new Error(`${this.#at(name)}: expected a text`);
    return value.kind === 'text' ? value.text : value.word;
  }

  message(name: string): TritonFields | undefined {
    return this.messages(name).at(-1);
  }

  /** All of a repeated field. */
  messages(name: string): TritonFields[] {
    const values = this.#takeAll(name);
    return values.map((value, i) => {
      if (value.kind !== 'message') throw new Error(`${this.#at(name)}: expected a message in braces`);
      const path = values.length === 1 ? this.#at(name) : `${this.#at(name)}[${i}]`;
      const fields = new TritonFields(value.fields, path);
      this.#taken.push(fields);
      return fields;
    });
  }

  /** A map, which is written as messages with key and value. */
  entries(name: string): [string, TritonFields][] {
    return this.messages(name).flatMap((entry) => {
      const [key, value] = [entry.text('key'), entry.message('value')];
      return key === undefined || value === undefined ? [] : [[key, value] as [string, TritonFields]];
    });
  }

  /** Of what was taken, this was not understood after all. */
  leave(paths: readonly string[]): void {
    this.#refused.push(...paths);
  }

  /** Where a field of it lies. */
  pathOf(name: string): string {
    return this.#at(name);
  }

  #last(name: string): TextValue | undefined {
    return this.#takeAll(name).at(-1);
  }

  #takeAll(name: string): TextValue[] {
    const values = this.#values.get(name) ?? [];
    this.#values.delete(name);
    return values;
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}

function saysSomething(value: TextValue): boolean {
  if (value.kind === 'message') return true;
  return !standards.has(value.kind === 'text' ? value.text : value.word);
}
