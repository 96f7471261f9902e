import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { sqlText } from './log-database.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: DuckDBType;
}

/** A table of rows that are not exported yet, with its columns in the order in which an appender wants them. */
export interface HotTable {
  readonly name: string;
  readonly columns: readonly TableColumn[];
}

/**
 * Creates the table or, where it is there, adds what it lacks; segment columns that it has beyond the
 * definition stay. Run it in a transaction.
 */
export async function openHotTable(
  connection: DuckDBConnection,
  name: string,
  definition: readonly TableColumn[],
  extraColumn: (name: string) => TableColumn,
): Promise<HotTable> {
  const ddl = definition.map((column) => `"${column.name}" ${column.type}`).join(', ');
  await connection.run(`CREATE TABLE IF NOT EXISTS ${name} (${ddl})`);
  const reader = await connection.runAndReadAll(
    `SELECT column_name FROM duckdb_columns() WHERE table_name = ${sqlText(name)} ORDER BY column_index`,
  );
  const defined = new Map(definition.map((column) => [column.name, column]));
  const columns: TableColumn[] = [];
  for (const [value] of reader.getRows()) {
    const present = String(value);
    columns.push(defined.get(present) ?? extraColumn(present));
    defined.delete(present);
  }
  return addColumns(connection, { name, columns }, [...defined.values()]);
}

/** The table with the columns added at its end. Views over it must be made anew in the same transaction. */
export async function addColumns(
  connection: DuckDBConnection,
  table: HotTable,
  added: readonly TableColumn[],
): Promise<HotTable> {
  for (const column of added) {
    await connection.run(`ALTER TABLE ${table.name} ADD COLUMN "${column.name}" ${column.type}`);
  }
  return { name: table.name, columns: [...table.columns, ...added] };
}
