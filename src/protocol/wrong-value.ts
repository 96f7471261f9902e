import { UnderstudyError } from '../errors.ts';
import type { Datatype } from './datatype.ts';
import { describeValue } from './describe-value.ts';
import type { JsonReader } from './json-reader.ts';
import { placeText, type ValuePlace } from './value-place.ts';

/** What a datatype takes, for a person. */
export const datatypeTakes: Readonly<Record<Datatype, string>> = {
  BOOL: 'true or false',
  UINT8: 'whole numbers from 0 to 255',
  UINT16: 'whole numbers from 0 to 65535',
  UINT32: 'whole numbers from 0 to 4294967295',
  UINT64: 'whole numbers from 0 to 18446744073709551615',
  INT8: 'whole numbers from -128 to 127',
  INT16: 'whole numbers from -32768 to 32767',
  INT32: 'whole numbers from -2147483648 to 2147483647',
  INT64: 'whole numbers from -9223372036854775808 to 9223372036854775807',
  FP16: 'numbers from -65504 to 65504',
  FP32: 'numbers from about -3.4e38 to 3.4e38',
  FP64: 'numbers from about -1.8e308 to 1.8e308',
  BYTES: 'strings',
};

/** The sentence for the value that begins at byte `at`, which is the `index`-th of the target. */
export function wrongValue(
  reader: JsonReader,
  at: number,
  index: number,
  datatype: Datatype,
  place: ValuePlace,
): UnderstudyError {
  reader.position = at;
  const found = describeValue(reader);
  return new UnderstudyError(
    'WRONG_VALUE',
    `${placeText(place, index)} is ${found}; ${datatype} takes ${datatypeTakes[datatype]}.`,
  );
}
