import { join } from 'node:path';
import type { RecordKind } from './record-kind.ts';

const encoder = new TextEncoder();

/** Safe as a part of a path and read back by hive readers, which decode `%20`. */
export function pathSafe(text: string): string {
  let safe = '';
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    safe += /[A-Za-z0-9_.-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return safe;
}

/** `comparisons/model=fraud/dt=2026-11-23/hr=04`, relative to the lake's root. */
export function partitionDirectory(kind: RecordKind, model: string, hourMs: number): string {
  const hour = new Date(hourMs).toISOString();
  return join(kind, `model=${pathSafe(model)}`, `dt=${hour.slice(0, 10)}`, `hr=${hour.slice(11, 13)}`);
}

export function partName(instance: string, sequence: number): string {
  return `part-${pathSafe(instance)}-${sequence}.parquet`;
}

/** Readers of lakes skip what begins with a dot, so nothing half-written is read. */
export function temporaryName(part: string): string {
  return `.${part}.tmp`;
}

/** The sequence number in a part file's name, or null where it is not such a name. */
export function sequenceOf(fileName: string): number | null {
  const match = /^part-.+-(\d+)\.parquet$/.exec(fileName);
  return match === null ? null : Number(match[1]);
}

export function isTemporaryName(fileName: string): boolean {
  return /^\.part-.+-\d+\.parquet\.tmp$/.test(fileName);
}

/** The model and hour of a partition, from its path; null where it is none of ours. */
export function partitionOf(path: string): { readonly hourMs: number; readonly model: string } | null {
  const match = /model=([^/\\]+)[/\\]dt=(\d{4}-\d{2}-\d{2})[/\\]hr=(\d{2})[/\\][^/\\]+$/.exec(path);
  if (match === null) return null;
  const hourMs = Date.parse(`${match[2]}T${match[3]}:00:00Z`);
  return Number.isNaN(hourMs) ? null : { hourMs, model: decodeURIComponent(match[1] ?? '') };
}
