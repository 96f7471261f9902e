import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import type { Exclusive } from '../exclusive.ts';
import { forgetFile, markExported, planFile, plannedPaths } from './lake-manifest.ts';
import { partitionDirectory, partName } from './lake-path.ts';
import { orRollback, sqlTimestamp } from './log-database.ts';
import type { Report } from './log-message.ts';
import type { LogTables } from './log-tables.ts';
import type { RaisedMemory } from './raised-memory.ts';
import { hotTableName, recordKinds, timeColumn } from './record-kind.ts';
import { runStepwise } from './run-stepwise.ts';
import { removePart } from './settle-lake.ts';
import { type ModelHour, rowsOfHour, writePart } from './write-part.ts';

const hourMilliseconds = 3_600_000;

export interface ExportParts {
  readonly root: string;
  readonly instance: string;
  readonly graceMs: number;
  /** Used by nothing else; an export's transaction is open on it while rows go on being flushed on `writing`. */
  readonly exporting: DuckDBConnection;
  readonly writing: DuckDBConnection;
  readonly exclusive: Exclusive;
  readonly tables: LogTables;
  readonly report: Report;
  /** For sorting the rows of an hour. */
  readonly memory: RaisedMemory;
}

/** Moves hours that are over from the hot tables to Parquet files. */
export class HourExporter {
  readonly #parts: ExportParts;
  #nextSequence: number;

  constructor(parts: ExportParts, nextSequence: number) {
    this.#parts = parts;
    this.#nextSequence = nextSequence;
  }

  /** Exports the hours that ended more than the grace period ago and that are due, one file each. */
  async exportClosedHours(
    nowMs: number,
    isDue: (hour: ModelHour) => boolean,
  ): Promise<{ files: number; rows: number }> {
    let files = 0;
    let rows = 0;
    const failures: unknown[] = [];
    const due = (await this.#closedHours(nowMs)).filter(isDue);
    if (due.length === 0) return { files, rows };
    await using _ = await this.#parts.memory.take();
    for (const hour of due) {
      try {
        rows += await this.#exportHour(hour, nowMs);
        files++;
      } catch (error) {
        failures.push(error);
        const { kind, model } = hour;
        const when = new Date(hour.hourMs).toISOString();
        this.#parts.report(
          'warn',
          { kind, model, hour: when },
          `The hour ${when} of ${kind} of the model ${model} stays in the hot table, its export failed: ${sentenceOf(error)}`,
        );
      }
    }
    if (failures.length > 0 && files === 0) throw failures[0];
    return { files, rows };
  }

  close(): void {
    this.#parts.exporting.closeSync();
  }

  async #closedHours(nowMs: number): Promise<ModelHour[]> {
    const end = Math.floor((nowMs - this.#parts.graceMs) / hourMilliseconds) * hourMilliseconds;
    const hours: ModelHour[] = [];
    for (const kind of recordKinds) {
      const time = timeColumn[kind];
      const prepared = await this.#parts.exporting.prepare(
        `SELECT DISTINCT model, epoch_ms(date_trunc('hour', ${time})) AS hour FROM ${hotTableName(kind)}
         WHERE ${time} < ${sqlTimestamp(end)} ORDER BY hour, model`,
      );
      const result = await runStepwise(prepared);
      for (const [model, hourMs] of await result.getRows()) {
        hours.push({ kind, model: String(model), hourMs: Number(hourMs) });
      }
    }
    return hours;
  }

  async #exportHour(hour: ModelHour, nowMs: number): Promise<number> {
    const { root, instance, exclusive, writing } = this.#parts;
    const path = join(
      partitionDirectory(hour.kind, hour.model, hour.hourMs),
      partName(instance, this.#nextSequence++),
    );
    await exclusive(() => planFile(writing, { ...hour, path }));
    try {
      return await this.#moveRows(hour, path, nowMs);
    } catch (error) {
      // Only what the manifest still calls planned is surely a copy of hot rows.
      await exclusive(async () => {
        if (!(await plannedPaths(writing)).includes(path)) return;
        await removePart(root, path);
        await forgetFile(writing, path);
      });
      throw error;
    }
  }

  /**
   * One transaction from the copy to the delete: both see the same rows, so one that is flushed in between
   * stays hot and goes into a later part.
   */
  async #moveRows(hour: ModelHour, path: string, nowMs: number): Promise<number> {
    const { root, exporting, exclusive, tables } = this.#parts;
    const table = tables.table(hour.kind);
    await exporting.run('BEGIN TRANSACTION');
    const rows = await orRollback(exporting, () => writePart(exporting, table, hour, root, path));
    return exclusive(async () => {
      const filesRead = await orRollback(exporting, async () => {
        const deleted = await exporting.run(`DELETE FROM ${table.name} WHERE ${rowsOfHour(hour)}`);
        if (hour.kind !== 'traffic' && deleted.rowsChanged !== rows) {
          throw new Error(`${rows} rows were copied to ${path}, but ${deleted.rowsChanged} would be deleted`);
        }
        await markExported(exporting, path, rows, nowMs);
        return tables.readFiles(exporting, tables.filesWith(hour.kind, join(root, path)));
      });
      await exporting.run('COMMIT');
      filesRead();
      return rows;
    });
  }
}
