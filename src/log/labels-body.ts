import { UnderstudyError } from '../errors.ts';
import { JsonReader } from '../protocol/json-reader.ts';
import { quoted } from '../protocol/quoting.ts';
import type { Label } from './label.ts';
import { labelsOf, maxLabelsPerCall } from './label-input.ts';

/**
 * The labels of a body `{"labels": [{"id", "label", "row"?, "timestamp"?}, …]}`. All or none: one bad label
 * refuses the body, so that a caller can send it again. Errors: INVALID_LABEL, MALFORMED_JSON, INVALID_UTF8,
 * DUPLICATE_NAME.
 */
export function labelsOfBody(body: Uint8Array, source: string): Label[] {
  const reader = new JsonReader(body);
  const value = reader.readValue();
  reader.expectEnd();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused('The body is not an object');
  }
  const unknown = Object.keys(value).find((key) => key !== 'labels');
  if (unknown !== undefined) throw refused(`The body has the unknown key ${quoted(unknown)}`);
  const inputs = value.labels;
  if (!Array.isArray(inputs)) throw refused('The body has no array "labels"');
  if (inputs.length > maxLabelsPerCall) throw tooMany(inputs.length);
  const labels = inputs.flatMap((input, index) => labelsOf(input, source, `labels[${index}]`));
  if (labels.length > maxLabelsPerCall) throw tooMany(labels.length);
  return labels;
}

function tooMany(count: number): UnderstudyError {
  return new UnderstudyError(
    'INVALID_LABEL',
    `The body brings ${count} labels; ${maxLabelsPerCall} is the most for one call, so send them in several.`,
  );
}

function refused(what: string): UnderstudyError {
  return new UnderstudyError(
    'INVALID_LABEL',
    `${what}; it must be {"labels": [{"id": "r1", "label": 1}, …]}.`,
  );
}
