import type { Readable } from 'node:stream';

const keptLines = 8;
const keptCharacters = 256;
/** Stack frames of JavaScript and C++, headings of V8's report, Node's own signature: they say where, not what. */
const untelling = /^\s*(\d+: |at |\^+\s*$|-+ .* -+$|<--- .* --->$|Node\.js v\d|\[\d+:0x)/;

/** The last lines that a process wrote and that may tell what it died of; at most 2 KiB. */
export class LastWords {
  readonly #lines: string[] = [];

  listenTo(stream: Readable): void {
    let begun = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (begun + text).split('\n');
      // A line without an end must not grow for ever.
      begun = lines.pop()!.slice(0, keptCharacters);
      for (const line of lines) this.#keep(line);
    });
    stream.on('end', () => this.#keep(begun));
  }

  /** Null when it said nothing telling. */
  get last(): string | null {
    return this.#lines.at(-1) ?? null;
  }

  #keep(line: string): void {
    if (line.trim() === '' || untelling.test(line)) return;
    this.#lines.push(line.trim().slice(0, keptCharacters));
    if (this.#lines.length > keptLines) this.#lines.shift();
  }
}
