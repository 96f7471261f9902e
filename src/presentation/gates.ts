import type { Gate, Readiness, Report } from '../analysis/report/report.ts';
import { count, minuteOf, share } from './report-text.ts';

/** One gate of readiness and how far it is; the text may hold a segment's value as a client sent it. */
export interface GateLine {
  readonly name: 'samples' | 'power' | 'coverage' | 'labels';
  readonly gate: Gate;
  readonly text: string;
}

export function gatesOf({ readiness, task }: Report): GateLine[] {
  const { samples, power, coverage, labels, margin } = readiness;
  const { segment } = samples.smallest;
  const place = segment === null ? 'in all' : `in ${segment.column}=${segment.value}`;
  const loss = lossText(task, margin);
  return [
    {
      name: 'samples',
      gate: samples,
      text: `${count(samples.smallest.n)} of ${count(samples.target)} rows ${place}`,
    },
    {
      name: 'power',
      gate: power,
      text:
        power.needed === null
          ? `not known yet how many pairs show ${loss}`
          : `${count(power.have)} of ${count(power.needed)} pairs to see ${loss}`,
    },
    {
      name: 'coverage',
      gate: coverage,
      text: `${coverage.days.toFixed(1)} of ${coverage.cycle_days} days, ${coverage.hours_of_week} of 168 hours of the week`,
    },
    {
      name: 'labels',
      gate: labels,
      text:
        task === 'embedding'
          ? 'none are wanted: there is no truth about a vector'
          : `${count(labels.labelled)} of ${count(labels.matured)} mature rows labelled (${share(labels.fraction)})`,
    },
  ];
}

/** What the margin is of. */
function lossText(task: Report['task'], margin: number): string {
  switch (task) {
    case 'classification':
    case 'ranking':
      return `a loss of ${(margin * 100).toFixed(1)} points`;
    case 'regression':
      return `a loss of ${share(margin)} of its error`;
    case 'embedding':
      return `a mean cosine below ${Number((1 - margin).toFixed(4))}`;
  }
}

/** Whether there is enough evidence, and else by when. */
export function readinessText({ ready, eta }: Readiness): string {
  if (ready) return 'enough evidence';
  const when = eta === null ? 'no date can be projected yet' : `by ${minuteOf(eta)} UTC`;
  return `not enough evidence yet, ${when}`;
}
