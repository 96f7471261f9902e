import { featurePlanOf } from '../protocol/feature-plan.ts';
import { listed } from '../protocol/quoting.ts';
import type { ModelSignature } from '../protocol/signature.ts';

export interface ParquetColumn {
  readonly name: string;
  /** DuckDB's name of it. */
  readonly type: string;
}

/** Which column of a Parquet file means what; the order in which they are selected. */
export interface ParquetMapping {
  readonly id: string | null;
  readonly entity: string | null;
  readonly time: ParquetColumn | null;
  readonly label: string | null;
  /** One column that holds all segments, as a struct, a map or JSON. */
  readonly segments: ParquetColumn | null;
  /** By segment, its column. */
  readonly segmentColumns: ReadonlyMap<string, string>;
  /** A column that holds a whole row, or one column for each feature or input of the model. */
  readonly features: ParquetColumn | readonly string[];
}

const segmentPrefix = 'seg_';

/**
 * Columns by their names: `id` (or `request_id`), `entity`, `timestamp` (or `ts`), `label`, `seg_<name>` or `segments`, and either
 * `features` or a column for each feature, or each input, of the model. Others are passed over.
 *
 * @throws with a sentence where the model lacks something, or a column is of a type that it cannot be
 */
export function mapColumns(columns: readonly ParquetColumn[], signature: ModelSignature): ParquetMapping {
  /** The first of the names that is there. */
  const find = (...names: readonly string[]): ParquetColumn | null =>
    names.map((wanted) => columns.find(({ name }) => name === wanted)).find((column) => column) ?? null;
  const segments = columns.filter(({ name }) => name.startsWith(segmentPrefix));
  return {
    id: find('id', 'request_id')?.name ?? null,
    entity: find('entity')?.name ?? null,
    time: timeIn(find('timestamp', 'ts')),
    label: find('label')?.name ?? null,
    segments: find('segments'),
    segmentColumns: new Map(segments.map(({ name }) => [name.slice(segmentPrefix.length), name])),
    features: find('features') ?? featuresIn(columns, signature),
  };
}

function timeIn(column: ParquetColumn | null): ParquetColumn | null {
  if (column === null || /^(TIMESTAMP|DATE$|VARCHAR$)/.test(column.type)) return column;
  throw new Error(
    `its column "${column.name}" is ${column.type}; make it a TIMESTAMP, or text such as 2026-11-23T15:11:00Z`,
  );
}

/** Either all columns of the model's only input, or all its inputs. */
function featuresIn(columns: readonly ParquetColumn[], signature: ModelSignature): readonly string[] {
  const { table, columns: width } = featurePlanOf(signature);
  const present = new Set(columns.map(({ name }) => name));
  const forms = [table.names.slice(0, width), table.names.slice(width)].filter((names) => names.length > 0);
  const complete = forms.find((names) => names.every((name) => present.has(name)));
  if (complete !== undefined) return complete;
  const nearest = forms.toSorted((a, b) => missingOf(a).length - missingOf(b).length)[0] ?? [];
  function missingOf(names: readonly string[]): string[] {
    return names.filter((name) => !present.has(name));
  }
  throw new Error(
    `it lacks ${listed(missingOf(nearest))}: model ${signature.model} version ${signature.version} takes ${listed(nearest)}, one column each, or all of them in a column "features"`,
  );
}
