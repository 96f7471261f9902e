import { z } from 'zod';
import { share } from './quantities.ts';

/** What is mirrored to a shadow: the same share of everything, or shares by segment that are chosen within a budget. */
export type SampleConfig = number | SegmentSample;

/** Rare segments get more, so that each reaches its target within the cycle. */
export interface SegmentSample {
  readonly budget: SampleBudget;
  /** Every request is mirrored with this probability at least, in (0, 1], unless the budget is smaller. */
  readonly least: number;
}

export type SampleBudget =
  /** Of all rows, in (0, 1]. */
  | { readonly kind: 'share'; readonly share: number }
  /** Above 0. */
  | { readonly kind: 'rows_per_second'; readonly rowsPerSecond: number };

/** As a budget parsed once is kept in `roles.json`. */
export const sampleSchema: z.ZodType<SampleConfig> = z.union([
  z.number(),
  z.strictObject({
    budget: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('share'), share: z.number() }),
      z.strictObject({ kind: z.literal('rows_per_second'), rowsPerSecond: z.number() }),
    ]),
    least: z.number(),
  }),
]);

const defaultLeast = 0.01;
const forms =
  'expected a share such as 25%, or a budget for shares by segment: {budget: 25%} or {budget: 500/s}';
const keys = ['budget', 'least'];

const written = z.record(z.string(), z.unknown());

/** `sample` as people write it: `25%`, `{budget: 25%}`, `{budget: 500/s, least: 1%}`. */
export const sample = z.unknown().transform((value, context): SampleConfig => {
  if (typeof value === 'number' || typeof value === 'string') return shareIn(value, [], context);
  const entries = written.safeParse(value).data;
  if (entries === undefined) return refuse(context, [], forms);
  const unknown = Object.keys(entries).filter((key) => !keys.includes(key));
  if (unknown.length > 0) {
    const named = unknown.map((key) => `"${key}"`).join(', ');
    return refuse(context, [], `unknown key ${named}; allowed are ${keys.join(', ')}`);
  }
  if (entries.budget === undefined)
    return refuse(context, [], 'a budget is missing: {budget: 25%} or {budget: 500/s}');
  const budget = budgetIn(entries.budget, context);
  const most = budget.kind === 'share' ? budget.share : 1;
  if (entries.least === undefined) return { budget, least: Math.min(defaultLeast, most) };
  const least = shareIn(entries.least, ['least'], context);
  if (least === 0) {
    const why = 'expected a share above 0%: of what is never mirrored nothing would be known';
    return refuse(context, ['least'], why);
  }
  if (least > most) {
    const why = `${percent(least)} of every request is more than the budget of ${percent(most)}`;
    return refuse(context, ['least'], why);
  }
  return { budget, least };
});

const rowsPerSecond = /^\s*(\d+(?:\.\d+)?)\s*\/\s*s\s*$/;

function budgetIn(value: unknown, context: z.RefinementCtx): SampleBudget {
  const match = typeof value === 'string' ? rowsPerSecond.exec(value) : null;
  if (match && Number(match[1]) > 0) return { kind: 'rows_per_second', rowsPerSecond: Number(match[1]) };
  const parsed = match ? undefined : share.safeParse(value).data;
  if (parsed !== undefined && parsed > 0) return { kind: 'share', share: parsed };
  const why = 'expected a share of all rows above 0%, such as 25%, or rows per second, such as 500/s';
  return refuse(context, ['budget'], why);
}

function shareIn(value: unknown, path: string[], context: z.RefinementCtx): number {
  const parsed = share.safeParse(value);
  if (parsed.success) return parsed.data;
  return refuse(context, path, parsed.error.issues[0]?.message ?? forms);
}

/** Ends the parsing with a fault, whatever is returned. */
function refuse(context: z.RefinementCtx, path: string[], message: string): never {
  context.addIssue({ code: 'custom', message, path });
  return z.NEVER;
}

/** As it would be written: `25%`, or `25% by segment`, `500/s by segment`. */
export function sampleText(config: SampleConfig): string {
  return typeof config === 'number' ? percent(config) : `${budgetText(config.budget)} by segment`;
}

function budgetText(budget: SampleBudget): string {
  return budget.kind === 'share' ? percent(budget.share) : `${budget.rowsPerSecond}/s`;
}

function percent(value: number): string {
  return `${Number((100 * value).toFixed(2))}%`;
}
