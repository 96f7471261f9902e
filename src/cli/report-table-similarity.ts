import type { Report } from '../analysis/report/report.ts';
import { count, harmless, heading, type Page, paragraphs } from './report-table-text.ts';

/** How much the outcomes of the versions have in common; empty where they are no vectors and no rankings. */
export function similarityLines({ overall, primary, shadow }: Report, page: Page): string[] {
  const { similarity } = overall;
  if (similarity === null) return [];
  const { measure, k, n, mean, lower, upper, lengths } = similarity;
  const name = measure === 'cosine' ? 'cosine similarity' : `overlap@${k ?? 'k'}`;
  const lines = [
    `mean ${name} ${mean.toFixed(4)} ${similarityInterval({ lower, upper })} of ${count(n)} rows`,
  ];
  if (lengths !== null) {
    lines.push(
      `mean length of the vectors ${lengths.primary.toPrecision(4)} → ${lengths.shadow.toPrecision(4)}`,
    );
  }
  const title = heading(page, 'Similarity', harmless(`v${primary} → v${shadow}`));
  return [`${title}\n${paragraphs(page, lines)}`];
}

/** `[0.9981, 0.9994]` */
export function similarityInterval({
  lower,
  upper,
}: {
  readonly lower: number;
  readonly upper: number;
}): string {
  return `[${lower.toFixed(4)}, ${upper.toFixed(4)}]`;
}
