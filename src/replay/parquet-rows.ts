import type { DuckDBValue } from '@duckdb/node-api';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { labelsOf } from '../log/label-input.ts';
import { parseJson } from '../protocol/json-reader.ts';
import type { JsonObject, JsonValue } from '../protocol/json-value.ts';
import { quoted } from '../protocol/quoting.ts';
import {
  checkEntity,
  checkRequestId,
  checkSegmentCount,
  checkSegmentName,
  checkSegmentValue,
} from '../protocol/request-context.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';
import type { ParquetColumn, ParquetMapping } from './parquet-columns.ts';
import { placeAsId, type RecordedEntry } from './recording.ts';
import { jsonOf } from './value-json.ts';

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What is read of every row; `entryOf` of the same mapping knows which is which. */
export function selectionOf(mapping: ParquetMapping): string {
  const text = (name: string | null) => (name === null ? 'NULL' : `CAST(${identifier(name)} AS VARCHAR)`);
  const { features } = mapping;
  return [
    text(mapping.id),
    text(mapping.entity),
    timeOf(mapping.time),
    mapping.label === null ? 'NULL' : identifier(mapping.label),
    mapping.segments === null ? 'NULL' : identifier(mapping.segments.name),
    ...[...mapping.segmentColumns.values()].map(text),
    ...('type' in features ? [features.name] : features).map(identifier),
  ].join(', ');
}

/** A time with or without a zone is read as UTC, as it lies in a Parquet file; text must name its zone. */
function timeOf(column: ParquetColumn | null): string {
  if (column === null) return 'NULL';
  if (column.type === 'VARCHAR') return identifier(column.name);
  return `epoch_ms(CAST(${identifier(column.name)} AS TIMESTAMP))`;
}

/** One row in the order of `selectionOf`. */
export function entryOf(
  mapping: ParquetMapping,
  values: readonly DuckDBValue[],
  name: string,
  number: number,
): RecordedEntry {
  try {
    const [id = null, entity = null, time = null, label = null, segments = null, ...rest] = values;
    const ownId = id === null ? placeAsId(name, number) : checkRequestId(String(id));
    const columns = rest.slice(0, mapping.segmentColumns.size);
    return {
      number,
      form: 'predict',
      body: Buffer.from(`{"features":${featuresIn(mapping, rest.slice(columns.length))}}`),
      context: {
        id: ownId,
        entity: entity === null ? null : checkEntity(String(entity)),
        segments: segmentsIn(mapping, segments, columns),
        timestampMs: timestampIn(time),
      },
      labels: label === null ? [] : labelsOf({ id: ownId, label: plain(label) }, 'file', 'the row'),
    };
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    return { number, refusal: sentenceOf(error) };
  }
}

function featuresIn({ features }: ParquetMapping, values: readonly DuckDBValue[]): string {
  if ('type' in features) {
    const [value = null] = values;
    // Text is JSON already.
    return typeof value === 'string' ? value : jsonOf(value);
  }
  return `{${features.map((name, index) => `${JSON.stringify(name)}:${jsonOf(values[index] ?? null)}`).join(',')}}`;
}

function segmentsIn(
  { segmentColumns }: ParquetMapping,
  whole: DuckDBValue,
  columns: readonly DuckDBValue[],
): Record<string, string> | null {
  const given: (readonly [string, JsonValue | DuckDBValue])[] = [
    ...(whole === null ? [] : Object.entries(segmentObjectOf(whole))),
    ...[...segmentColumns.keys()].map((name, index) => [name, columns[index] ?? null] as const),
  ];
  const segments: Record<string, string> = {};
  for (const [name, value] of given) {
    if (value === null) continue;
    const segment = checkSegmentName(name);
    if (typeof value === 'object') {
      throw new UnderstudyError(
        'INVALID_SEGMENT',
        `The value of the segment ${quoted(segment)} is an object or a list; it must be a string, a number or a boolean.`,
      );
    }
    segments[segment] = checkSegmentValue(segment, String(value));
  }
  const count = Object.keys(segments).length;
  checkSegmentCount(count);
  return count === 0 ? null : segments;
}

/** A column that holds all segments. */
function segmentObjectOf(whole: DuckDBValue): JsonObject {
  const segments = parseJson(Buffer.from(typeof whole === 'string' ? whole : jsonOf(whole)));
  if (typeof segments === 'object' && segments !== null && !Array.isArray(segments)) return segments;
  throw new UnderstudyError(
    'INVALID_SEGMENT',
    'The column "segments" is no object; it must be a STRUCT, a MAP, or JSON such as {"country": "DE"}.',
  );
}

function timestampIn(value: DuckDBValue): number | null {
  if (value === null) return null;
  return typeof value === 'string' ? parseTimestamp(value) : Number(value);
}

/** What a number, text or truth value is in JavaScript; anything else as JSON has it. */
function plain(value: DuckDBValue): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  return parseJson(Buffer.from(jsonOf(value)));
}
