/** Up to this many bytes a call into the runtime costs more than the search itself. */
const shortText = 1024;

/**
 * A word that is looked for in many bodies and rarely found. Short bodies are searched by Horspool's algorithm (R. N.
 * Horspool, Practical fast searching in strings, 1980), which looks at every tenth byte or so; long ones by the runtime.
 */
export class BytePattern {
  readonly #bytes: Buffer;
  /** By how much a byte under the end of the word lets it move on. */
  readonly #shifts: Uint8Array;

  /** @param word ASCII, of 255 characters at most */
  constructor(word: string) {
    this.#bytes = Buffer.from(word, 'latin1');
    const { length } = this.#bytes;
    this.#shifts = new Uint8Array(256).fill(length);
    for (let i = 0; i < length - 1; i++) this.#shifts[this.#bytes[i]!] = length - 1 - i;
  }

  isIn(text: Buffer): boolean {
    if (text.length > shortText) return text.includes(this.#bytes);
    const word = this.#bytes;
    const shifts = this.#shifts;
    const last = word.length - 1;
    let end = last;
    while (end < text.length) {
      let matched = 0;
      while (matched <= last && text[end - matched] === word[last - matched]) matched++;
      if (matched > last) return true;
      end += shifts[text[end]!]!;
    }
    return false;
  }
}
