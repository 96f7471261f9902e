import { UnderstudyError } from '../../src/errors.ts';

export type Outcome<Value> =
  | { readonly kind: 'decoded'; readonly value: Value }
  | { readonly kind: 'refused'; readonly error: UnderstudyError };

const longestSentence = 700;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those that steer a terminal, or end a line of a log
const control = /[\u0000-\u001f\u007f-\u009f]/;

/** @throws what is neither: an error of another kind, a status that blames the server, a sentence that is none */
export function outcomeOf<Value>(decode: () => Value): Outcome<Value> {
  try {
    return { kind: 'decoded', value: decode() };
  } catch (error) {
    return { kind: 'refused', error: properRefusal(error) };
  }
}

export async function asyncOutcomeOf<Value>(decode: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { kind: 'decoded', value: await decode() };
  } catch (error) {
    return { kind: 'refused', error: properRefusal(error) };
  }
}

function properRefusal(error: unknown): UnderstudyError {
  if (!(error instanceof UnderstudyError)) throw error;
  if (error.status < 400 || error.status >= 500) {
    throw new Error(`refused with status ${error.status}, as if the server were at fault`, { cause: error });
  }
  checkSentence(error.message);
  return error;
}

/** @throws where it is not printable, or longer than `longest` characters */
export function checkSentence(message: string, longest = longestSentence): void {
  if (message.length > longest) throw new Error(`the sentence has ${message.length} characters`);
  if (control.test(message))
    throw new Error(`the sentence has control characters: ${JSON.stringify(message)}`);
  if (!message.isWellFormed()) throw new Error('the sentence has half a surrogate pair');
}

/** @throws where two decodings of the same bytes differ */
export function checkSame(one: Outcome<unknown>, other: Outcome<unknown>, what: string): void {
  const [first, second] = [textOf(one), textOf(other)];
  if (first !== second) throw new Error(`${what}: ${first.slice(0, 300)} is not ${second.slice(0, 300)}`);
}

function textOf(outcome: Outcome<unknown>): string {
  if (outcome.kind === 'refused') return `${outcome.error.code} ${outcome.error.message}`;
  return JSON.stringify(outcome.value, (_, value) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (ArrayBuffer.isView(value))
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
    return value;
  });
}

/** A copy of the bytes that begins at an odd address. */
export function misaligned(input: Buffer): Buffer {
  const room = new Uint8Array(input.length + 1);
  room.set(input, 1);
  return Buffer.from(room.buffer, 1);
}
