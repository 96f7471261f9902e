import { regularizedBeta } from './incomplete-beta.ts';

/**
 * Exact two-sided McNemar test: the p-value of the discordant counts under a fair coin. It is valid for one look at a
 * sample size fixed beforehand, so the report carries it as a footnote and decides nothing by it. McNemar 1947.
 */
export function mcnemarExact(gains: number, losses: number): number {
  const discordant = gains + losses;
  const fewer = Math.min(gains, losses);
  if (discordant === 2 * fewer) return 1;
  return Math.min(1, 2 * regularizedBeta(0.5, discordant - fewer, fewer + 1));
}
