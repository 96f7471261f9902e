/** A message of the protobuf text format: its fields in order, a field that is repeated several times. */
export type TextMessage = readonly TextField[];

export interface TextField {
  readonly name: string;
  readonly value: TextValue;
}

export type TextValue =
  | { readonly kind: 'text'; readonly text: string }
  /** A number, a boolean or the name of an enumeration's value, as it is written. */
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'message'; readonly fields: TextMessage };

const deepest = 32;
const token =
  /\s+|#[^\n]*|(?<word>[-+]?[\w.][\w.+-]*|-)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<mark>[{}<>[\]:,;/])/y;

interface Token {
  readonly kind: 'word' | 'text' | 'mark' | 'end';
  readonly text: string;
  readonly line: number;
}

/**
 * Parses the text format of protobuf (https://protobuf.dev/reference/protobuf/textformat-spec/) without knowing the message.
 *
 * @throws with a sentence that names the line
 */
export function parseProtobufText(text: string): TextMessage {
  const parser = new Parser(tokensOf(text));
  const fields = parser.fields(0);
  parser.expect('end', '');
  return fields;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw new Error(`line ${line}: ${JSON.stringify(text[at])} is not expected here`);
    const { word, text: quoted, mark } = match.groups as Record<string, string | undefined>;
    if (word !== undefined) tokens.push({ kind: 'word', text: word, line });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted, line });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, line });
    line += match[0].split('\n').length - 1;
    at = token.lastIndex;
  }
  tokens.push({ kind: 'end', text: 'the end', line });
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Up to what ends the message. */
  fields(depth: number): TextField[] {
    const fields: TextField[] = [];
    while (this.#next.kind === 'word' || this.#isMark('[')) {
      const name = this.#name();
      const hasColon = this.#skip(':');
      const isMessage = this.#isMark('{') || this.#isMark('<') || this.#isMark('[');
      if (!hasColon && !isMessage) throw this.#unexpected('":"');
      if (this.#skip('[')) fields.push(...this.#list(name, depth));
      else fields.push({ name, value: this.#value(depth) });
      if (!this.#skip(',')) this.#skip(';');
    }
    return fields;
  }

  expect(kind: Token['kind'], text: string): Token {
    const { kind: found, text: foundText } = this.#next;
    if (found !== kind || (text !== '' && foundText !== text))
      throw this.#unexpected(text === '' ? kind : `"${text}"`);
    return this.#take();
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #take(): Token {
    const taken = this.#next;
    if (taken.kind !== 'end') this.#at++;
    return taken;
  }

  /** Of an extension it stands in brackets. */
  #name(): string {
    if (!this.#skip('[')) return this.expect('word', '').text;
    let name = '';
    while (!this.#isMark(']') && this.#next.kind !== 'end') name += this.#take().text;
    this.expect('mark', ']');
    return `[${name}]`;
  }

  #list(name: string, depth: number): TextField[] {
    const fields: TextField[] = [];
    while (!this.#isMark(']')) {
      fields.push({ name, value: this.#value(depth) });
      if (!this.#skip(',')) break;
    }
    this.expect('mark', ']');
    return fields;
  }

  #value(depth: number): TextValue {
    const open = this.#next;
    if (this.#skip('{') || this.#skip('<')) {
      if (depth >= deepest)
        throw new Error(`line ${open.line}: messages lie more than ${deepest} deep in each other`);
      const fields = this.fields(depth + 1);
      this.expect('mark', open.text === '{' ? '}' : '>');
      return { kind: 'message', fields };
    }
    if (this.#next.kind === 'text') return { kind: 'text', text: this.#text() };
    const sign = this.#next.text === '-' ? this.#take().text : '';
    return { kind: 'word', word: sign + this.expect('word', '').text };
  }

  /** Texts that follow each other are one. */
  #text(): string {
    let text = '';
    while (this.#next.kind === 'text') text += unescaped(this.#take());
    return text;
  }

  #isMark(mark: string): boolean {
    return this.#next.kind === 'mark' && this.#next.text === mark;
  }

  #skip(mark: string): boolean {
    if (!this.#isMark(mark)) return false;
    this.#take();
    return true;
  }

  #unexpected(expected: string): Error {
    const { text, line } = this.#next;
    return new Error(`line ${line}: ${expected} was expected, not ${JSON.stringify(text.slice(0, 40))}`);
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

function unescaped({ text }: Token): string {
  return text
    .slice(1, -1)
    .replace(
      /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|(.))/g,
      (_, octal, hex, unicode, other) => {
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
        if (hex !== undefined || unicode !== undefined)
          return String.fromCharCode(Number.parseInt(hex ?? unicode, 16));
        return escapes[other] ?? other;
      },
    );
}
