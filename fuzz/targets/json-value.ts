import { JsonReader, parseJson } from '../../src/protocol/json-reader.ts';
import type { JsonValue } from '../../src/protocol/json-value.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { isJson, Literal, type PlainJson, plainJson } from '../oracles/plain-json.ts';
import { checkSame, misaligned, outcomeOf } from '../oracles/refusal.ts';

/** Codes of what is JSON all the same: what `JSON.parse` takes, and would have rounded or lost. */
const stricter = ['DUPLICATE_NAME', 'WRONG_VALUE'];

/** The JSON reader against `JSON.parse`. */
export const target: FuzzTarget = {
  seeds: [
    '{"a":[1,-2.5e3,true,null,"x\\u00e9\\n"],"b":{"c":""}}',
    '[9007199254740993,1e400,-0,0.1,12345678901234567890123,1E-7]',
    '"\\ud83d\\ude00\\ud800 é😀"',
    ' { "k" : [ ] , "l" : { } } ',
    '{"a":1,"a":2}',
  ],
  words: ['\\u', '\\ud800', '\\/', '1e', '{"a":', '[[[[[[[[', ']]]]]]]]', '\ufeff', 'true', 'false', 'null'],
  run(input) {
    const outcome = outcomeOf(() => parseJson(input));
    checkSame(
      outcome,
      outcomeOf(() => parseJson(misaligned(input))),
      'misaligned',
    );
    checkSkipping(input, outcome.kind === 'refused' ? outcome.error.code : null);
    if (outcome.kind === 'decoded') return checkEqual(outcome.value, plainJson(input), '$');
    const { code, message } = outcome.error;
    if (!stricter.includes(code) && !message.includes('nests deeper') && isJson(input)) {
      throw new Error(`refused, and JSON.parse takes it: ${message}`);
    }
  },
};

/** What is passed over is checked as what is read is, but for how large numbers are. */
function checkSkipping(input: Buffer, code: string | null): void {
  const skipped = outcomeOf(() => {
    const reader = new JsonReader(input);
    reader.skipValue();
    reader.expectEnd();
  });
  const other = skipped.kind === 'refused' ? skipped.error.code : null;
  if (code !== 'WRONG_VALUE' && other !== code) throw new Error(`read: ${code}, passed over: ${other}`);
}

function checkEqual(value: JsonValue, plain: PlainJson, path: string): void {
  if (plain instanceof Literal) {
    const number = Number(plain.text);
    const exact = typeof value === 'bigint' ? BigInt(plain.text) === value : Object.is(value, number);
    if (!exact) throw new Error(`${path} is ${value} instead of ${plain.text}`);
  } else if (Array.isArray(plain)) {
    if (!Array.isArray(value) || value.length !== plain.length) throw new Error(`${path} is another array`);
    for (const [i, one] of plain.entries()) checkEqual(value[i]!, one, `${path}[${i}]`);
  } else if (typeof plain === 'object' && plain !== null) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error(`${path} is no object`);
    const [keys, plainKeys] = [Object.keys(value), Object.keys(plain)];
    if (keys.join() !== plainKeys.join())
      throw new Error(`${path} has the keys ${keys} instead of ${plainKeys}`);
    for (const key of keys) checkEqual(value[key]!, plain[key]!, `${path}.${key}`);
  } else if (value !== plain) throw new Error(`${path} is ${value} instead of ${plain}`);
}
