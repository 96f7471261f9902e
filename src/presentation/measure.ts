import type { Block, Report, SimilarityReport } from '../analysis/report/report.ts';
import type { Interval } from '../analysis/statistics/interval.ts';
import { signed, unsignedPoints } from '../analysis/verdict/percent-text.ts';
import { share } from './report-text.ts';

/** What the segments of a report are compared by. */
export interface Measure {
  /** Heading of the column that gives both versions: `right v7 → v8`. */
  readonly versionsTitle: string;
  readonly versions: (block: Block) => string;
  /** Heading of the interval: `difference, points`. */
  readonly title: string;
  /** In the unit of the title; null where there is none yet. */
  readonly interval: (block: Block) => Interval | null;
  readonly text: (interval: Interval) => string;
  /** One number of it, as `text` writes it. */
  readonly number: (value: number) => string;
  readonly tick: (value: number) => string;
  /** The value at which the versions are equal, and the loss that is tolerated; null where nothing is better or worse. */
  readonly equal: { readonly at: number; readonly tolerated: number | null } | null;
  /** How a plot of the intervals is read. */
  readonly legend: string;
}

/** By the difference of accuracies or of errors where there is one, else by similarity, else by agreement. */
export function measureOf(report: Report): Measure {
  const { overall, primary, shadow, readiness } = report;
  const versions = `v${primary} → v${shadow}`;
  if ((overall.accuracy?.difference ?? null) !== null) {
    const points = (value: number) => signed(value, 1);
    return {
      versionsTitle: `${report.task === 'ranking' ? `hit@${overall.similarity?.k ?? 'k'}` : 'right'} ${versions}`,
      versions: ({ accuracy }) =>
        accuracy === null ? '–' : `${share(accuracy.primary)} → ${share(accuracy.shadow)}`,
      title: 'difference, points',
      interval: ({ accuracy }) => scaled(accuracy?.difference ?? null, 100),
      text: textOf(points),
      number: points,
      tick: signedTick,
      equal: { at: 0, tolerated: -100 * readiness.margin },
      legend: `Right of the line v${shadow} is right more often; the band beside it is the margin, a loss of ${unsignedPoints(readiness.margin)} points that is tolerated.`,
    };
  }
  if ((overall.error?.difference ?? null) !== null) {
    const amount = (value: number) => signed(value, 3);
    return {
      versionsTitle: `error ${versions}`,
      versions: ({ error }) =>
        error === null ? '–' : `${error.mae_primary.toPrecision(4)} → ${error.mae_shadow.toPrecision(4)}`,
      title: 'difference of mean absolute errors',
      interval: ({ error }) => error?.difference ?? null,
      text: textOf(amount),
      number: amount,
      tick: signedTick,
      equal: { at: 0, tolerated: null },
      legend: `Left of the line v${shadow} is nearer to the truth.`,
    };
  }
  if (overall.similarity !== null) return similarityMeasure(report, overall.similarity);
  return {
    versionsTitle: 'labelled',
    versions: ({ accuracy, error }) => String(accuracy?.labelled ?? error?.n ?? '–'),
    title: 'agreement, %',
    interval: ({ agreement }) => scaled(agreement, 100),
    text: textOf(toTenths),
    number: toTenths,
    tick: (value) => String(Number(value.toFixed(2))),
    equal: null,
    legend: 'Which version is right is not known yet: the intervals are those of agreement.',
  };
}

function similarityMeasure(
  { task, readiness: { margin } }: Report,
  { measure, k }: SimilarityReport,
): Measure {
  const name = measure === 'cosine' ? 'mean cosine' : `mean overlap@${k ?? 'k'}`;
  const least = task === 'embedding' ? Number((1 - margin).toFixed(4)) : null;
  return {
    versionsTitle: 'agree',
    versions: ({ agreement }) => (agreement === null ? '–' : share(agreement.estimate)),
    title: name,
    interval: ({ similarity }) =>
      similarity && { estimate: similarity.mean, lower: similarity.lower, upper: similarity.upper },
    text: textOf(toTenThousandths),
    number: toTenThousandths,
    tick: (value) => String(Number(value.toFixed(4))),
    equal: null,
    legend:
      least === null
        ? 'Which version is right is not known yet: the intervals are those of how much their lists have in common.'
        : `Equivalent where the whole interval lies at ${least} or above; there is no truth about a vector.`,
  };
}

const toTenths = (value: number) => value.toFixed(1);
const toTenThousandths = (value: number) => value.toFixed(4);

function signedTick(value: number): string {
  return `${value < 0 ? '−' : value > 0 ? '+' : ''}${Number(Math.abs(value).toPrecision(3))}`;
}

function scaled(interval: Interval | null, factor: number): Interval | null {
  if (interval === null) return null;
  const { estimate, lower, upper } = interval;
  return { estimate: estimate * factor, lower: lower * factor, upper: upper * factor };
}

/** `+2.1 [+1.8, +2.4]` */
function textOf(number: (value: number) => string): (interval: Interval) => string {
  return ({ estimate, lower, upper }) => `${number(estimate)} [${number(lower)}, ${number(upper)}]`;
}
