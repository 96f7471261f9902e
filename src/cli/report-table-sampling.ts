import type { Report } from '../analysis/report/report.ts';
import { count, harmless, heading, type Page, paragraphs, share } from './report-table-text.ts';

const listedRates = 6;

/** By which rates what is rare is sampled, and which segments are not judged; empty where there is nothing to say. */
export function samplingLines({ sampling, refused_segments: refused }: Report, page: Page): string[] {
  const lines = refused.map(({ sentence }) => sentence);
  if (sampling !== null && sampling.rates !== null && sampling.budget !== null) {
    const { amount, unit } = sampling.budget;
    const budget = unit === 'share' ? share(amount, 1) : `${count(amount)} rows/s`;
    const named = sampling.rates
      .slice(0, listedRates)
      .map(({ segment, rate }) => `${segment.column}=${segment.value} ${share(rate, 1)}`);
    const more = sampling.rates.length + sampling.rates_omitted - named.length;
    const rates = named.length === 0 ? '' : `: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    lines.unshift(`${share(sampling.share, 1)} of all rows now, within a budget of ${budget}${rates}`);
  }
  if (lines.length === 0) return [];
  return [`${heading(page, 'Sampling')}\n${paragraphs(page, lines.map(harmless), '•')}`];
}
