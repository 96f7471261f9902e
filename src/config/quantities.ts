import { z } from 'zod';

/** A share written as people write it, `25%`, or as a number, `0.25`; a number in [0, 1]. */
export const share = z
  .union([z.number(), z.string()], { error: 'expected a share such as 25% or 0.25' })
  .transform((value, context) => {
    const number =
      typeof value === 'number'
        ? value
        : /^\s*\d+(\.\d+)?\s*%\s*$/.test(value)
          ? Number.parseFloat(value) / 100
          : Number.NaN;
    if (number >= 0 && number <= 1) return number;
    context.addIssue({ code: 'custom', message: 'expected a share from 0% to 100%, such as 25% or 0.25' });
    return z.NEVER;
  });

const millisecondsPer = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration such as `7d`, `48h`, `30m`, `10s`; in milliseconds. */
export const durationMs = z
  .string({ error: 'expected a duration such as 7d, 48h or 30m' })
  .transform((value, context) => {
    const match = /^\s*(\d+(?:\.\d+)?)\s*([smhd])\s*$/.exec(value);
    if (match) return Number(match[1]) * millisecondsPer[match[2] as keyof typeof millisecondsPer];
    context.addIssue({ code: 'custom', message: 'expected a duration such as 7d, 48h, 30m or 10s' });
    return z.NEVER;
  });

/** A model version: a whole number, 0 or more; kept as text. */
export const version = z
  .union(
    [
      z.number().int().nonnegative(),
      z.string().regex(/^\d+$/, 'expected a version, a whole number such as 8'),
    ],
    {
      error: 'expected a version, a whole number such as 8',
    },
  )
  .transform((value) => String(value));
