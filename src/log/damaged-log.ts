import { constants } from 'node:fs';
import { copyFile, rename, truncate } from 'node:fs/promises';
import type { Report } from './log-message.ts';

/** Whether DuckDB's sentence on opening means that what lies in the file, or in its write-ahead log, is damaged. */
export function isDamage(reason: string): boolean {
  return /Corrupt (WAL|database) file|Could not read enough bytes|not a valid DuckDB database file/.test(
    reason,
  );
}

/**
 * Puts a damaged log out of the way, so that the server can go on with what is sound; nothing is deleted. Of a write-ahead log,
 * what comes before the damage stays. Otherwise file and write-ahead log are renamed, and the log begins anew, with the
 * Parquet files of the lake.
 *
 * @param reason DuckDB's sentence
 */
export async function setAsideDamaged(file: string, reason: string, report: Report): Promise<void> {
  const mark = `damaged-${new Date().toISOString().replaceAll(':', '')}`;
  const wal = `${file}.wal`;
  const soundBytes = /Corrupt WAL file: entry at byte position (\d+)/.exec(reason)?.[1];
  if (soundBytes !== undefined) {
    await copyFile(wal, `${wal}.${mark}`, constants.COPYFILE_EXCL);
    await truncate(wal, Number(soundBytes));
    report(
      'error',
      { kept: `${wal}.${mark}` },
      `The write-ahead log of the comparison log is damaged from byte ${soundBytes} on: what came after is lost to reports, a copy is kept. ${reason}`,
    );
    return;
  }
  await rename(file, `${file}.${mark}`);
  await rename(wal, `${wal}.${mark}`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  report(
    'error',
    { kept: `${file}.${mark}` },
    `The comparison log is damaged and set aside, and a new one is begun: rows that were not exported yet, and labels among them, are lost to reports. ${reason}`,
  );
}
