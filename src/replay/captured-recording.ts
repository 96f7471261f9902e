import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { rowsOf } from './duckdb-reader.ts';
import type { ParquetColumn } from './parquet-columns.ts';
import type { RecordedEntry, Recording } from './recording.ts';

export interface CapturedOptions extends Pick<Recording, 'name' | 'bytes' | 'labels'> {
  /** Of the view `comparisons`. */
  readonly columns: readonly ParquetColumn[];
  readonly model: string;
  /** Segments that the deployment derives from inputs: they are derived anew. */
  readonly derived: ReadonlySet<string>;
  /** A database with the view `comparisons`. */
  readonly open: () => Promise<{ readonly connection: DuckDBConnection } & AsyncDisposable>;
}

const ofTheLog = ['event_id', 'request_id', 'row', 'entity_hash', 'ts', 'primary_version', 'features'];

/** Whether these are the columns of a comparison log. */
export function isCaptured(columns: readonly ParquetColumn[]): boolean {
  const names = new Set(columns.map(({ name }) => name));
  return ofTheLog.every((name) => names.has(name));
}

/**
 * Traffic that a log has kept the features of (`capture: all`): each request once, however many shadows it was compared
 * with. Entities are known by their hash only, which tells them apart as well.
 */
export function capturedRecording(options: CapturedOptions): Recording {
  const { name, bytes, labels, columns, model, derived, open } = options;
  const segments = columns
    .map((column) => column.name)
    .filter((column) => column.startsWith('seg_') && !derived.has(column.slice('seg_'.length)));
  return {
    ...{ name, bytes, labels },
    unit: 'Request',
    async *read() {
      await using database = await open();
      const { connection } = database;
      const total = await countOf(connection, model);
      if (total === 0) {
        throw new Error(
          `${name} holds no features of model ${model}, so there is nothing to replay; with capture: all in its deployment.yaml the log keeps them from then on`,
        );
      }
      let number = 0;
      for await (const rows of rowsOf(connection, requestsSql(segments), { model })) {
        const entries = rows.map((values) => entryOf(values, segments, ++number));
        yield { entries, progress: Math.min(1, number / total) };
      }
    },
  };
}

/** The same id can come again another time; the rows of one request have one time. */
function requestsSql(segments: readonly string[]): string {
  const each = (of: (name: string) => string) => segments.map((name) => `, ${of(`"${name}"`)}`).join('');
  return `
    WITH captured AS (
      SELECT request_id, ts, "row", any_value(features) AS features, any_value(entity_hash) AS entity
        ${each((name) => `any_value(${name}) AS ${name}`)}
      FROM comparisons WHERE model = $model GROUP BY request_id, ts, "row"
    )
    SELECT request_id, any_value(entity), epoch_ms(ts), max("row") + 1, count(features),
      string_agg(features, ',' ORDER BY "row") ${each((name) => `arg_min(${name}, "row")`)}
    FROM captured GROUP BY request_id, ts HAVING count(features) > 0`;
}

function entryOf(
  [id, entity, time, rows, captured, features, ...values]: readonly DuckDBValue[],
  segments: readonly string[],
  number: number,
): RecordedEntry {
  if (Number(captured) < Number(rows)) {
    return { number, refusal: `of its ${rows} rows only ${captured} were captured (id ${String(id)})` };
  }
  const known = segments.flatMap((name, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [[name.slice('seg_'.length), String(value)] as const];
  });
  return {
    number,
    form: 'predict',
    body: Buffer.from(`{"features":${Number(rows) === 1 ? features : `[${features}]`}}`),
    context: {
      id: String(id),
      entity: entity === null || entity === undefined ? null : String(entity),
      segments: known.length === 0 ? null : Object.fromEntries(known),
      timestampMs: Number(time),
    },
    labels: [],
  };
}

async function countOf(connection: DuckDBConnection, model: string): Promise<number> {
  const counted = await connection.runAndReadAll(
    'SELECT approx_count_distinct(request_id) FROM comparisons WHERE model = $model AND features IS NOT NULL',
    { model },
  );
  return Number(counted.getRows()[0]?.[0]);
}
