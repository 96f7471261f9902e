import type { z } from 'zod';
import { listed, quoted } from '../protocol/quoting.ts';

/** A list of a thousand wrong numbers has a thousand issues. */
const mostIssues = 8;
const longestPath = 120;

/** What is wrong with a value, where, and what is allowed there; one part for each issue, for the first of them. */
export function sentencesOf(error: z.ZodError, schema: z.ZodType): string {
  const told = error.issues.slice(0, mostIssues).map((issue) => sentenceOfIssue(issue, schema));
  const more = error.issues.length - told.length;
  return `${told.join('; ')}${more === 0 ? '' : `; and ${more} more`}`;
}

function sentenceOfIssue(issue: z.core.$ZodIssue, root: unknown): string {
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : keyText(String(part))))
    .join('');
  const where = path === '' ? '(top level)' : shortened(path.replace(/^\./, ''));
  if (issue.code === 'unrecognized_keys') {
    return `${where}: unknown key ${listed(issue.keys)}; allowed are ${allowedKeys(issue.path, root).join(', ')}`;
  }
  if (issue.code === 'invalid_value')
    return `${where}: expected one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_key') return `${where}: ${issue.issues[0]?.message ?? issue.message}`;
  return `${where}: ${issue.message}`;
}

/** A key of the file may be any text. */
function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? `.${key}` : `[${quoted(key)}]`;
}

function shortened(path: string): string {
  return path.length <= longestPath ? path : `${path.slice(0, longestPath)}…`;
}

/** Keys of the object at a path, read from the schema itself so that the sentence cannot fall behind it. */
function allowedKeys(path: readonly PropertyKey[], root: unknown): string[] {
  let schema = root;
  for (const part of path) schema = child(unwrap(schema), part);
  const object = unwrap(schema);
  return hasShape(object) ? Object.keys(object.shape) : [];
}

function child(schema: unknown, part: PropertyKey): unknown {
  if (hasShape(schema)) return schema.shape[String(part)];
  if (isRecord(schema)) return schema.element ?? schema.valueType;
  return undefined;
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  for (;;) {
    if (!isRecord(current) || hasShape(current)) return current;
    const inner = isRecord(current.def) ? current.def.innerType : undefined;
    if (inner === undefined) return current;
    current = inner;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function hasShape(value: unknown): value is { shape: Record<string, unknown> } {
  return isRecord(value) && isRecord(value.shape);
}
