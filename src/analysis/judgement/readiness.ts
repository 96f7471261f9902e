import type { Gate, Readiness, Segment } from '../report/report.ts';
import type { ReportRequest } from '../report/request.ts';
import type { Overview } from '../rows/overview.ts';
import type { PairCounts } from '../rows/pair-counts.ts';
import { informativeObservations, meanOf, varianceOf } from '../statistics/asymptotic-sequence.ts';
import { anytimeSampleSize, connorSampleSize } from '../statistics/sample-size.ts';
import { similarityPower } from './similarity-power.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const hoursOfWeek = 168;
const seenShare = 0.95;
const power = 0.8;
/** Beyond what a Date can hold a projection says nothing. */
const latestDateMs = 8.64e15;

/**
 * Is there enough evidence? Four gates, each by itself, with the date on which it opens if things go on as they did.
 *
 * @param weighted what power is reckoned from: unevenly sampled rows are as good as fewer even ones
 */
export function readinessOf(
  counts: PairCounts,
  segments: readonly { readonly segment: Segment; readonly n: number }[],
  overview: Overview,
  request: ReportRequest,
  weighted: PairCounts = counts,
): Readiness {
  const { margin, alpha, samplesPerSegment } = request.readiness;
  const gate = (have: number, needed: number): Gate => gateOf(have, needed, overview, request.nowMs);
  const smallest = segments.reduce<{ segment: Segment | null; n: number }>(
    (least, candidate) => (least.segment === null || candidate.n < least.n ? candidate : least),
    { segment: null, n: counts.n },
  );
  const gates = {
    samples: { target: samplesPerSegment, smallest, ...gate(smallest.n, samplesPerSegment) },
    power: powerOf(weighted, request, gate),
    coverage: coverageOf(overview, request),
    labels: labelsOf(counts, request, gate),
  };
  const waiting = Object.values(gates).filter(({ ready }) => !ready);
  const dates = waiting.map(({ eta }) => eta);
  return {
    ready: waiting.length === 0,
    margin,
    alpha,
    ...gates,
    // ISO dates of one length sort as text; one unknown date makes the latest unknown.
    eta: dates.includes(null) ? null : (dates.toSorted().at(-1) ?? null),
  };
}

function gateOf(have: number, needed: number, overview: Overview, nowMs: number): Gate {
  const ready = have >= needed;
  const progress = ready ? 1 : have / needed;
  const spanMs = (overview.lastMs ?? 0) - (overview.firstMs ?? 0);
  if (ready || progress <= 0 || spanMs <= 0) return { ready, progress, eta: null };
  return { ready, progress, eta: dateOf(nowMs + (spanMs * (1 - progress)) / progress) };
}

function dateOf(ms: number): string | null {
  return ms > latestDateMs ? null : new Date(ms).toISOString();
}

function powerOf(
  counts: PairCounts,
  { task, readiness }: ReportRequest,
  gate: (have: number, needed: number) => Gate,
): Readiness['power'] {
  const { margin, alpha } = readiness;
  const disagreement = counts.withOutcome === 0 ? null : 1 - counts.agreed / counts.withOutcome;
  const known = { power, disagreement };
  const unknown = {
    ...known,
    needed: null,
    single_look_needed: null,
    have: 0,
    ready: false,
    progress: 0,
    eta: null,
  };
  if (task === 'embedding') {
    const { have, needed } = similarityPower(counts, readiness, power);
    if (needed === null) return { ...unknown, have };
    return { ...known, needed, single_look_needed: null, have, ...gate(have, needed) };
  }
  if (task === 'regression') {
    const { difference, primary } = counts.errors;
    const drop = margin * meanOf(primary);
    if (difference.n < informativeObservations || !(drop > 0)) return { ...unknown, have: difference.n };
    const needed = anytimeSampleSize(varianceOf(difference), drop, alpha, power);
    return { ...known, needed, single_look_needed: null, have: difference.n, ...gate(difference.n, needed) };
  }
  if (disagreement === null) return unknown;
  // A loss of d cannot happen with fewer than d disagreements, so a plan for rarer ones would promise too much.
  const rate = Math.max(task === 'ranking' ? discordance(counts) : disagreement, margin);
  const needed = anytimeSampleSize(rate - margin ** 2, margin, alpha, power);
  const once = connorSampleSize(rate, margin, alpha, power);
  const { pairs, labelled } = counts;
  // Unlabelled disagreements carry no evidence, and without any label nothing does.
  const informative = pairs.disagreements === 0 ? 1 : pairs.labelledDisagreements / pairs.disagreements;
  const have = labelled === 0 ? 0 : Math.floor(pairs.n * informative);
  return { ...known, needed, single_look_needed: once, have, ...gate(have, needed) };
}

/**
 * How often only one version of a ranking has the relevant item. Lists differ far more often than that; before 30 of those that
 * do are labelled, their share is all that is known.
 */
function discordance({ pairs }: PairCounts): number {
  const { n, disagreements, labelledDisagreements, gains, losses } = pairs;
  if (n === 0) return 0;
  const share =
    labelledDisagreements < informativeObservations ? 1 : (gains + losses) / labelledDisagreements;
  return (disagreements / n) * share;
}

function coverageOf(overview: Overview, { readiness, nowMs }: ReportRequest): Readiness['coverage'] {
  const cycleMs = readiness.cycleDays * dayMs;
  const { firstMs, lastMs, hoursOfWeek: hours } = overview;
  const seenMs =
    firstMs === null || lastMs === null
      ? 0
      : (Math.floor(lastMs / hourMs) + 1 - Math.floor(firstMs / hourMs)) * hourMs;
  const neededHours = seenShare * Math.min(hoursOfWeek, readiness.cycleDays * 24);
  const shares = [seenMs / cycleMs, neededHours === 0 ? 1 : hours / neededHours];
  const progress = Math.min(1, ...shares);
  const ready = progress === 1;
  // A whole cycle later than the first row at best; later where hours were missed.
  const opensMs = nowMs + Math.max(cycleMs - seenMs, (neededHours - hours) * hourMs);
  return {
    days: seenMs / dayMs,
    cycle_days: readiness.cycleDays,
    hours_of_week: hours,
    ready,
    progress,
    eta: ready || firstMs === null ? null : dateOf(opensMs),
  };
}

/**
 * Labels are ready when they can speak: every disagreement is labelled, or enough of them that one version beat the other in 30.
 * How many labels are missing is told by `fraction` and by the bounds of the accuracy difference.
 */
function labelsOf(
  { pairs, labelled }: PairCounts,
  { task }: ReportRequest,
  gate: (have: number, needed: number) => Gate,
): Readiness['labels'] {
  // There is no truth about a vector to wait for.
  if (task === 'embedding') {
    return { matured: pairs.n, labelled: 0, fraction: null, ready: true, progress: 1, eta: null };
  }
  const needed = Math.min(
    pairs.gains + pairs.losses + pairs.disagreements - pairs.labelledDisagreements,
    informativeObservations,
  );
  const opened = labelled === 0 ? gate(0, 1) : gate(pairs.gains + pairs.losses, needed);
  return {
    matured: pairs.n,
    labelled,
    fraction: pairs.n === 0 ? null : labelled / pairs.n,
    ...opened,
  };
}
