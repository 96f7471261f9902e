import type { Price } from './lane-reading.ts';
import type { Use } from './resource-sample.ts';

const microsecondsPerHour = 3_600e6;

/**
 * What a thousand rows cost: (CPU hours · price of a core's hour + hours a GPU was busy · price of its hour) · 1000 / rows.
 * Null without a price and before the first row. Idle time is nobody's.
 */
export function costPer1000(use: Use, price: Price | null): { amount: number; currency: string } | null {
  if (price === null || use.rows === 0) return null;
  const spent = use.cpuMicroseconds * price.cpuHour + use.gpuMicroseconds * price.gpuHour;
  return { amount: ((spent / microsecondsPerHour) * 1000) / use.rows, currency: price.currency };
}
