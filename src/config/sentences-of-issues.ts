import type { z } from 'zod';

/** What is wrong with a value, where, and what is allowed there; one part for each issue. */
export function sentencesOf(error: z.ZodError, schema: z.ZodType): string {
  return error.issues.map((issue) => sentenceOfIssue(issue, schema)).join('; ');
}

function sentenceOfIssue(issue: z.core.$ZodIssue, root: unknown): string {
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  const where = path === '' ? '(top level)' : path.replace(/^\./, '');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    return `${where}: unknown key ${keys}; allowed are ${allowedKeys(issue.path, root).join(', ')}`;
  }
  if (issue.code === 'invalid_value')
    return `${where}: expected one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_key') return `${where}: ${issue.issues[0]?.message ?? issue.message}`;
  return `${where}: ${issue.message}`;
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
