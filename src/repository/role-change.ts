import { z } from 'zod';
import { type WrittenShadow, writtenShadow } from '../config/written-shadow.ts';
import type { Roles } from './roles.ts';

/** `configure`: by a `deployment.yaml`, or since files came or went. */
const roleActions = ['promote', 'rollback', 'change', 'configure'] as const;
export type RoleAction = (typeof roleActions)[number];

export interface WrittenRoles {
  readonly primary: string;
  readonly shadows: readonly WrittenShadow[];
}

/** One line of the audit log: who changed the roles of a model, when, how and why. */
export interface RoleChange {
  readonly model: string;
  /** Counts the changes of the model. */
  readonly revision: number;
  /** ISO 8601. */
  readonly at: string;
  readonly action: RoleAction;
  /** Null for the first roles a model had. */
  readonly before: WrittenRoles | null;
  readonly after: WrittenRoles;
  /** As it was given; null where nothing was. */
  readonly by: string | null;
  readonly reason: string | null;
  /** Where the call came from; null for what no call caused. */
  readonly address: string | null;
}

const shadow: z.ZodType<WrittenShadow> = z.object({
  version: z.string(),
  sample: z.union([z.number(), z.object({ budget: z.union([z.number(), z.string()]), least: z.number() })]),
  isolation: z.enum(['thread', 'process']),
  deadline: z.string(),
  memory_limit: z.string().exactOptional(),
  paused: z.boolean(),
});
const roles: z.ZodType<WrittenRoles> = z.object({ primary: z.string(), shadows: z.array(shadow) });

/** As it is read again from a file. */
export const roleChangeSchema: z.ZodType<RoleChange> = z.object({
  model: z.string(),
  revision: z.number().int(),
  at: z.string(),
  action: z.enum(roleActions),
  before: roles.nullable(),
  after: roles,
  by: z.string().nullable(),
  reason: z.string().nullable(),
  address: z.string().nullable(),
});

export function writtenRoles({ primary, shadows }: Roles): WrittenRoles {
  return { primary, shadows: shadows.map(writtenShadow) };
}
