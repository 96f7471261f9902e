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

const millisecondsPer = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration such as `7d`, `48h`, `30m`, `10s`, `250ms`; in milliseconds. */
export const durationMs = z
  .string({ error: 'expected a duration such as 7d, 48h or 30m' })
  .transform((value, context) => {
    const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|[smhd])\s*$/.exec(value);
    if (match) return Number(match[1]) * millisecondsPer[match[2] as keyof typeof millisecondsPer];
    context.addIssue({ code: 'custom', message: 'expected a duration such as 7d, 48h, 30m, 10s or 250ms' });
    return z.NEVER;
  });

const bytesPer = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** A size such as `512MiB` or `2GiB`; in bytes. */
export const byteSize = z
  .string({ error: 'expected a size such as 512MiB or 2GiB' })
  .transform((value, context) => {
    const match = /^\s*(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB)\s*$/.exec(value);
    const bytes = match ? Math.floor(Number(match[1]) * bytesPer[match[2] as keyof typeof bytesPer]) : 0;
    if (bytes >= 1) return bytes;
    context.addIssue({ code: 'custom', message: 'expected a size such as 512MiB or 2GiB' });
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
