import type { JsonReader } from './json-reader.ts';
import { quoted } from './quoting.ts';

const longestNumber = 40;

/** The value at the reader for an error sentence: `null`, `"abc"`, `1.5`, `an object`. Moves past it, or past its opening. */
export function describeValue(reader: JsonReader): string {
  const kind = reader.peekKind();
  if (kind === 'object' || kind === 'array') return kind === 'object' ? 'an object' : 'an array';
  if (kind === 'string') return quoted(reader.readString());
  if (kind === 'boolean') return String(reader.readBoolean());
  if (kind === 'null') return String(reader.readNull());
  reader.readDecimal();
  const text = reader.numberText();
  return text.length <= longestNumber ? text : `${text.slice(0, longestNumber)}… (${text.length} characters)`;
}
