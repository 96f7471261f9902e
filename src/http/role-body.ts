import { z } from 'zod';
import { maxShadows, shadowSchema } from '../config/deployment.ts';
import { version } from '../config/quantities.ts';
import { sentencesOf } from '../config/sentences-of-issues.ts';
import { UnderstudyError } from '../errors.ts';

const text = (most: number) => {
  const expected = `expected a text of at most ${most} characters`;
  return z.string({ error: expected }).trim().max(most, expected).nullable().default(null);
};

const attribution = {
  /** Who changes roles, as the caller says. */
  by: text(128),
  reason: text(2000),
  /** Of the roles that the caller has seen. */
  revision: z
    .number({ error: 'expected a whole number' })
    .int('expected a whole number')
    .nullable()
    .default(null),
};

export const promoteBody = z.strictObject({ version: version.nullable().default(null), ...attribution });
export const rollbackBody = z.strictObject(attribution);
export const deploymentBody = z.strictObject({
  primary: version.optional(),
  shadows: z.array(shadowSchema).max(maxShadows, `expected ${maxShadows} shadows at most`).optional(),
  ...attribution,
});

/** Far more than any change of roles needs; it is read on the main thread. */
const mostBytes = 64 * 1024;

/**
 * Reads the body of a change; none is an empty object.
 *
 * @throws UnderstudyError MALFORMED_JSON, INVALID_REQUEST, BODY_TOO_LARGE
 */
export function readRoleBody<Schema extends z.ZodType>(
  body: Uint8Array | undefined,
  schema: Schema,
): z.output<Schema> {
  const bytes = body ?? new Uint8Array();
  if (bytes.length > mostBytes) {
    throw new UnderstudyError('BODY_TOO_LARGE', `a change of roles has ${mostBytes} bytes at most`);
  }
  const parsed = schema.safeParse(bytes.length === 0 ? {} : jsonIn(bytes));
  if (parsed.success) return parsed.data;
  throw new UnderstudyError('INVALID_REQUEST', sentencesOf(parsed.error, schema));
}

function jsonIn(bytes: Uint8Array): unknown {
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnderstudyError('INVALID_UTF8', 'the body is not valid UTF-8', { cause });
  }
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UnderstudyError('MALFORMED_JSON', `the body is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
