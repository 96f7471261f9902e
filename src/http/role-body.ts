import { z } from 'zod';
import { maxShadows, shadowSchema } from '../config/deployment.ts';
import { version } from '../config/quantities.ts';

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
