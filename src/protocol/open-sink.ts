import { BooleanSink } from './boolean-sink.ts';
import type { Datatype } from './datatype.ts';
import { FloatSink } from './float-sink.ts';
import { IntegerSink } from './integer-sink.ts';
import { LongIntegerSink } from './long-integer-sink.ts';
import { StringSink } from './string-sink.ts';
import type { ValueSink } from './value-sink.ts';

/** A sink with room for `count` elements. */
export function openSink(datatype: Datatype, count: number): ValueSink {
  switch (datatype) {
    case 'FP16':
    case 'FP32':
    case 'FP64':
      return new FloatSink(datatype, count);
    case 'INT64':
    case 'UINT64':
      return new LongIntegerSink(datatype, count);
    case 'BOOL':
      return new BooleanSink(count);
    case 'BYTES':
      return new StringSink();
    default:
      return new IntegerSink(datatype, count);
  }
}
