import { sentenceOf, UnderstudyError } from '../errors.ts';
import { quoted } from '../protocol/quoting.ts';
import { checkRequestId } from '../protocol/request-context.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';
import type { Label } from './label.ts';

/** Labels one call may bring, rows of multi-row requests counted each. */
export const maxLabelsPerCall = 10_000;

const longestLabel = 1024;
const largestRow = 0x7fffffff;
const knownKeys = ['id', 'label', 'row', 'timestamp'];

export type LabelValue = string | number | boolean;

/** Ground truth as callers send it. */
export interface LabelInput {
  readonly id: string;
  /** An array has one entry per row of a multi-row request. */
  readonly label: LabelValue | readonly LabelValue[];
  /** Index of the row within its request; 0 where it is left out. */
  readonly row?: number;
  /** When the truth was known, ISO 8601 with a zone; now where it is left out. */
  readonly timestamp?: string;
}

/**
 * The labels of one `{"id", "label", "row"?, "timestamp"?}`: more than one where `label` is an array. Booleans
 * become `"1"` and `"0"`, numbers their shortest text, in the form of `Prediction.label`; their number is kept
 * beside it. `where` names the place for the sentence of INVALID_LABEL, such as `labels[3]`.
 */
export function labelsOf(input: unknown, source: string, where: string): Label[] {
  const { id, label, row, timestamp } = labelInputOf(input, where);
  const timestampMs = timestamp === undefined ? null : timestampOf(timestamp, where);
  const values = typeof label === 'object' ? label : [label];
  return values.map((value, index) => ({
    requestId: id,
    row: row ?? index,
    ...textAndNumber(value),
    timestampMs,
    source,
  }));
}

/** Errors: INVALID_LABEL. */
export function labelInputOf(input: unknown, where: string): LabelInput {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalid(where, `is ${kindOf(input)}; it must be an object such as {"id": "r1", "label": 1}`);
  }
  const fields = new Map<string, unknown>(Object.entries(input));
  for (const key of fields.keys()) {
    if (!knownKeys.includes(key)) {
      throw invalid(where, `has the unknown key ${quoted(key)}; allowed are id, label, row and timestamp`);
    }
  }
  const id = idOf(fields.get('id'), where);
  const label = labelIn(fields.get('label'), where);
  const row = rowOf(fields.get('row'), where);
  if (row !== undefined && typeof label === 'object') {
    throw invalid(
      where,
      'gives a row and an array of labels; an array holds one label for each row, so leave row out',
    );
  }
  const timestamp = fields.get('timestamp');
  if (timestamp !== undefined && timestamp !== null && typeof timestamp !== 'string') {
    throw invalid(
      where,
      `has ${kindOf(timestamp)} as timestamp; it must be text such as "2026-11-23T15:11:00Z"`,
    );
  }
  if (typeof timestamp === 'string') timestampOf(timestamp, where);
  return {
    id,
    label,
    ...(row === undefined ? {} : { row }),
    ...(typeof timestamp === 'string' ? { timestamp } : {}),
  };
}

function idOf(id: unknown, where: string): string {
  if (id === undefined) throw invalid(where, 'has no id; give the id of the request that the label is for');
  if (typeof id !== 'string') throw invalid(where, `has ${kindOf(id)} as id; it must be a string`);
  try {
    return checkRequestId(id);
  } catch (error) {
    throw invalid(where, `has an id that is not usable: ${sentenceOf(error)}`, error);
  }
}

function labelIn(label: unknown, where: string): LabelValue | LabelValue[] {
  if (label === undefined) throw invalid(where, 'has no label');
  if (!Array.isArray(label)) return labelValueOf(label, where);
  if (label.length === 0 || label.length > maxLabelsPerCall) {
    throw invalid(where, `has an array of ${label.length} labels; it must hold 1 to ${maxLabelsPerCall}`);
  }
  return label.map((value: unknown, index) => labelValueOf(value, `${where}.label[${index}]`));
}

function labelValueOf(value: unknown, where: string): LabelValue {
  if (typeof value === 'boolean') return value;
  // An integer that a double cannot hold: as text it is the same class.
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value === 0 ? 0 : value;
    throw invalid(where, `is the label ${value}; a label that is a number must be finite`);
  }
  if (typeof value !== 'string') {
    throw invalid(where, `has ${kindOf(value)} as label; it must be a string, a number or a boolean`);
  }
  if (value.length === 0 || value.length > longestLabel || !value.isWellFormed() || value.includes('\0')) {
    throw invalid(
      where,
      `has the label ${quoted(value)}; text must have 1 to ${longestLabel} characters, none of them NUL`,
    );
  }
  return value;
}

function textAndNumber(value: LabelValue): Pick<Label, 'label' | 'value'> {
  if (typeof value === 'string') return { label: value, value: null };
  if (typeof value === 'boolean') return { label: value ? '1' : '0', value: value ? 1 : 0 };
  return { label: String(value), value: Number(value) };
}

function rowOf(row: unknown, where: string): number | undefined {
  if (row === undefined || row === null) return undefined;
  if (typeof row === 'number' && Number.isInteger(row) && row >= 0 && row <= largestRow) return row;
  throw invalid(where, `has ${quoted(String(row))} as row; it must be an integer from 0`);
}

function timestampOf(timestamp: string, where: string): number {
  try {
    return parseTimestamp(timestamp);
  } catch (error) {
    throw invalid(where, `has a timestamp that is not usable: ${sentenceOf(error)}`, error);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function invalid(where: string, what: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError('INVALID_LABEL', `${where} ${what}${what.endsWith('.') ? '' : '.'}`, { cause });
}
