/** Remembers texts, as many as there is room for. */
export class BoundedTexts {
  readonly #known = new Set<string>();
  readonly #mostTexts: number;
  readonly #mostLetters: number;
  #letters = 0;

  constructor(mostTexts: number, mostLetters: number) {
    this.#mostTexts = mostTexts;
    this.#mostLetters = mostLetters;
  }

  /** Whether the text is known now. */
  admits(text: string): boolean {
    if (this.#known.has(text)) return true;
    if (this.#known.size >= this.#mostTexts || this.#letters + text.length > this.#mostLetters) return false;
    this.#known.add(text);
    this.#letters += text.length;
    return true;
  }
}
