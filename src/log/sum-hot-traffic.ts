import type { DuckDBConnection } from '@duckdb/node-api';
import type { HotTable } from './hot-table.ts';
import { inTransaction } from './log-database.ts';
import { summedTraffic } from './write-part.ts';

/** Below this many rows a scan costs nothing worth saving. */
const worthwhileRows = 50_000;

/** Rows of the same traffic key come with every flush; summed up once they are many, they stay few. */
export async function sumHotTraffic(connection: DuckDBConnection, table: HotTable): Promise<void> {
  const reader = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM ${table.name}`);
  if (Number(reader.getRows()[0]?.[0]) < worthwhileRows) return;
  await inTransaction(connection, async () => {
    await connection.run(
      `CREATE TEMP TABLE summed AS ${summedTraffic(table)} FROM ${table.name} GROUP BY ALL`,
    );
    await connection.run(`DELETE FROM ${table.name}`);
    await connection.run(`INSERT INTO ${table.name} BY NAME SELECT * FROM summed`);
    await connection.run('DROP TABLE summed');
  });
}
