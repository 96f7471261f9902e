import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import { createExclusive, type Exclusive } from '../exclusive.ts';
import { HourExporter } from './export-hours.ts';
import { HourArrivals } from './hour-arrivals.ts';
import { createManifest, exportedPaths, hasManifest } from './lake-manifest.ts';
import { sequenceOf } from './lake-path.ts';
import { inTransaction } from './log-database.ts';
import type { Report } from './log-message.ts';
import type { LogTables } from './log-tables.ts';
import type { RaisedMemory } from './raised-memory.ts';
import { byKind } from './record-kind.ts';
import { adoptableFiles, adoptFiles, lakePaths, removeUncommitted } from './settle-lake.ts';
import { sumHotTraffic } from './sum-hot-traffic.ts';

export interface LakeOptions {
  readonly directory: string;
  readonly instance: string;
  readonly exportGraceMs: number;
}

export interface LakeParts {
  readonly database: DuckDBInstance;
  readonly writing: DuckDBConnection;
  readonly exclusive: Exclusive;
  readonly tables: LogTables;
  readonly report: Report;
  readonly memory: RaisedMemory;
}

/** The Parquet files under `<directory>/lake`, and what brings rows there. */
export class Lake {
  readonly arrivals: HourArrivals;
  readonly #root: string;
  readonly #writing: DuckDBConnection;
  readonly #exclusive: Exclusive;
  readonly #tables: LogTables;
  readonly #report: Report;
  readonly #exporter: HourExporter;
  /** Exports follow one another: two at once would move the same rows. */
  readonly #oneExport = createExclusive();

  private constructor(
    root: string,
    writing: DuckDBConnection,
    exclusive: Exclusive,
    tables: LogTables,
    report: Report,
    exporter: HourExporter,
    arrivals: HourArrivals,
  ) {
    this.#root = root;
    this.#writing = writing;
    this.#exclusive = exclusive;
    this.#tables = tables;
    this.#report = report;
    this.#exporter = exporter;
    this.arrivals = arrivals;
  }

  /** Settles what a crash left behind and makes the views. */
  static async open(
    { database, writing, exclusive, tables, report, memory }: LakeParts,
    options: LakeOptions,
  ): Promise<Lake> {
    const root = join(options.directory, 'lake');
    await mkdir(root, { recursive: true });
    const adoptable = (await hasManifest(writing)) ? [] : await adoptableFiles(writing, root, report);
    await inTransaction(writing, async () => {
      await createManifest(writing);
      await adoptFiles(writing, adoptable);
    });
    await removeUncommitted(writing, root);
    const sequences = (await lakePaths(root)).map((path) => sequenceOf(basename(path)) ?? 0);
    const nextSequence = sequences.reduce((highest, sequence) => Math.max(highest, sequence), 0) + 1;
    const exporting = await database.connect();
    const graceMs = options.exportGraceMs;
    const exporter = new HourExporter(
      { root, instance: options.instance, graceMs, exporting, writing, exclusive, tables, report, memory },
      nextSequence,
    );
    const arrivals = new HourArrivals(graceMs);
    const lake = new Lake(root, writing, exclusive, tables, report, exporter, arrivals);
    await lake.#readPresentFiles();
    return lake;
  }

  /** Exports the closed hours to which no rows come any more. */
  async tick(nowMs: number): Promise<void> {
    this.arrivals.tick(nowMs);
    await this.#oneExport(async () => {
      await this.#readPresentFiles();
      const { files } = await this.#exporter.exportClosedHours(nowMs, (hour) =>
        this.arrivals.isQuiet(hour, nowMs),
      );
      await this.#exclusive(() => sumHotTraffic(this.#writing, this.#tables.table('traffic')));
      if (files > 0) await this.#checkpoint();
    });
  }

  async exportClosedHours(nowMs: number): Promise<{ files: number; rows: number }> {
    return this.#oneExport(async () => {
      const exported = await this.#exporter.exportClosedHours(nowMs, () => true);
      if (exported.files > 0) await this.#checkpoint();
      return exported;
    });
  }

  /** Waits for an export that is under way. */
  async close(): Promise<void> {
    await this.#oneExport(async () => this.#exporter.close());
  }

  /** Gives the space of deleted rows back and shortens what a restart replays; without it nothing is lost. */
  async #checkpoint(): Promise<void> {
    try {
      await this.#exclusive(() => this.#writing.run('CHECKPOINT'));
    } catch (error) {
      this.#report('warn', {}, `The comparison log could not be checkpointed: ${sentenceOf(error)}`);
    }
  }

  /**
   * Views read the exported files that are there. One that somebody moved away (to a cheaper store, or because
   * it is past its retention) must not make every query fail; when it comes back, it is read again.
   */
  async #readPresentFiles(): Promise<void> {
    const present = new Set(await lakePaths(this.#root));
    await this.#exclusive(async () => {
      const exported = await exportedPaths(this.#writing);
      const files = byKind((kind) =>
        exported[kind].filter((path) => present.has(path)).map((path) => join(this.#root, path)),
      );
      if (this.#tables.reads(files)) return;
      const filesRead = await inTransaction(this.#writing, () =>
        this.#tables.readFiles(this.#writing, files),
      );
      filesRead();
      const missing = Object.values(exported)
        .flat()
        .filter((path) => !present.has(path));
      if (missing.length > 0) {
        this.#report(
          'warn',
          { missingFiles: missing.length, firstMissing: missing[0] },
          `${missing.length} exported Parquet files are not under ${this.#root} any more; queries go on without them.`,
        );
      }
    });
  }
}
