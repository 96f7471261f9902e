import { BIGINT, DOUBLE, type DuckDBConnection, INTEGER, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import { comparisonColumns } from './comparison-columns.ts';
import { addColumns, type HotTable, openHotTable, type TableColumn } from './hot-table.ts';
import { inTransaction } from './log-database.ts';
import { createViews } from './log-views.ts';
import { type ByKind, byKind, hotTableName, type RecordKind, recordKinds } from './record-kind.ts';
import { resourceColumns } from './resource-columns.ts';
import { trafficColumns } from './traffic-columns.ts';

const labelColumns: readonly TableColumn[] = [
  { name: 'model', type: VARCHAR },
  { name: 'request_id', type: VARCHAR },
  { name: 'row', type: INTEGER },
  { name: 'label', type: VARCHAR },
  { name: 'value', type: DOUBLE },
  { name: 'label_ts', type: TIMESTAMP },
  { name: 'source', type: VARCHAR },
  { name: 'seq', type: BIGINT },
  { name: 'received_ts', type: TIMESTAMP },
];

/** The hot tables and what is in front of them: the views over hot rows and lake files. */
export class LogTables {
  readonly #connection: DuckDBConnection;
  #tables: ByKind<HotTable>;
  /** Absolute paths of the files that the views read. */
  #files: ByKind<readonly string[]> = byKind(() => []);

  private constructor(connection: DuckDBConnection, tables: ByKind<HotTable>) {
    this.#connection = connection;
    this.#tables = tables;
  }

  /** The connection is the one that flushes; nothing else may use it meanwhile. */
  static async open(connection: DuckDBConnection): Promise<LogTables> {
    const open = (kind: RecordKind, columns: readonly TableColumn[]) =>
      openHotTable(connection, hotTableName(kind), columns, segmentTableColumn);
    return inTransaction(connection, async () => {
      const tables = new LogTables(connection, {
        comparisons: await open('comparisons', comparisonColumns),
        labels: await open('labels', labelColumns),
        traffic: await open('traffic', trafficColumns),
        resources: await open('resources', resourceColumns),
      });
      await createViews(connection, tables.#files);
      return tables;
    });
  }

  table(kind: RecordKind): HotTable {
    return this.#tables[kind];
  }

  get fileCount(): number {
    return recordKinds.reduce((sum, kind) => sum + this.#files[kind].length, 0);
  }

  async addSegmentColumns(kind: RecordKind, names: readonly string[]): Promise<void> {
    const widened = await inTransaction(this.#connection, async () => {
      const table = await addColumns(this.#connection, this.#tables[kind], names.map(segmentTableColumn));
      await createViews(this.#connection, this.#files);
      return table;
    });
    this.#tables = { ...this.#tables, [kind]: widened };
  }

  /** Makes the views read these files from when the connection's transaction commits; then call what is returned. */
  async readFiles(connection: DuckDBConnection, files: ByKind<readonly string[]>): Promise<() => void> {
    await createViews(connection, files);
    return () => {
      this.#files = files;
    };
  }

  reads(files: ByKind<readonly string[]>): boolean {
    return recordKinds.every((kind) => {
      const read = new Set(this.#files[kind]);
      return read.size === files[kind].length && files[kind].every((path) => read.has(path));
    });
  }

  filesWith(kind: RecordKind, path: string): ByKind<readonly string[]> {
    return { ...this.#files, [kind]: [...this.#files[kind], path] };
  }
}

function segmentTableColumn(name: string): TableColumn {
  return { name, type: VARCHAR };
}
