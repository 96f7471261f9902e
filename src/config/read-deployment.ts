import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { type DeploymentConfig, deploymentSchema } from './deployment.ts';

export interface ReadDeployment {
  readonly config: DeploymentConfig;
  /** SHA-256 of the file's bytes: tells whether the file changed since roles were last decided. */
  readonly hash: string;
}

/**
 * Parses the text of a `deployment.yaml`. Throws an error whose sentence names the file, the path inside it
 * and what is allowed there.
 */
export function readDeployment(text: string, file: string): ReadDeployment {
  const document = parseDocument(text, { uniqueKeys: true });
  const [syntaxError] = document.errors;
  if (syntaxError) throw new Error(`${file} is not valid YAML: ${syntaxError.message.split('\n')[0]}`);
  // JSON schema values only: an alias bomb is stopped by the library's default of 100 aliases.
  const parsed = deploymentSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.issues.map(sentenceOfIssue).join('; ')}`);
  return { config: Object.freeze(parsed.data), hash: createHash('sha256').update(text).digest('hex') };
}

export const defaultDeployment: DeploymentConfig = Object.freeze(deploymentSchema.parse({}));

function sentenceOfIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  const where = path === '' ? '(top level)' : path.replace(/^\./, '');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    return `${where}: unknown key ${keys}; allowed are ${allowedKeys(issue.path).join(', ')}`;
  }
  if (issue.code === 'invalid_value')
    return `${where}: expected one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_key') return `${where}: ${issue.issues[0]?.message ?? issue.message}`;
  return `${where}: ${issue.message}`;
}

/** Keys of the object at a path, read from the schema itself so that the sentence cannot fall behind it. */
function allowedKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = deploymentSchema;
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
