import { UnderstudyError } from '../errors.ts';
import { counted, quoted } from './quoting.ts';
import { checkRepresentable } from './representable.ts';

/** What comes with a request beside its tensors; body and HTTP headers are held to the same rules. */
const longestId = 256;
const longestSegmentValue = 128;
export const mostSegments = 16;

const segmentName = /^[a-z][a-z0-9_]{0,62}$/;

/** The name in lower case. Errors: INVALID_SEGMENT. */
export function checkSegmentName(name: string): string {
  const lower = name.toLowerCase();
  if (segmentName.test(lower)) return lower;
  throw new UnderstudyError(
    'INVALID_SEGMENT',
    `The segment name ${quoted(name)} is not usable; a name is a letter and up to 62 more letters, digits or underscores.`,
  );
}

/** Errors: INVALID_SEGMENT, UNREPRESENTABLE_STRING. */
export function checkSegmentValue(name: string, value: string): string {
  checkRepresentable(value, () => `The value of the segment ${quoted(name)}`);
  checkLength(value, `The value of the segment ${quoted(name)}`, longestSegmentValue);
  return value;
}

/** Errors: INVALID_SEGMENT, UNREPRESENTABLE_STRING. */
export function checkEntity(text: string): string {
  checkRepresentable(text, () => 'The entity');
  checkLength(text, 'The entity', longestId);
  return text;
}

/** Errors: INVALID_SEGMENT, UNREPRESENTABLE_STRING. */
export function checkRequestId(text: string): string {
  checkRepresentable(text, () => 'The request id');
  checkLength(text, 'The request id', longestId);
  return text;
}

/** Refuses more segments than a request may have. */
export function checkSegmentCount(count: number): void {
  if (count <= mostSegments) return;
  throw new UnderstudyError(
    'INVALID_SEGMENT',
    `The request gives more than ${mostSegments} segments; ${mostSegments} is the most.`,
  );
}

function checkLength(text: string, what: string, longest: number): void {
  if (text.length >= 1 && text.length <= longest) return;
  const found = text.length === 0 ? 'is empty' : `has ${counted(text.length, 'character')}`;
  throw new UnderstudyError('INVALID_SEGMENT', `${what} ${found}; it must have 1 to ${longest} characters.`);
}
