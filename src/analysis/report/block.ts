import type { RowsJudgement } from '../judgement/judgement.ts';
import { similarityReport } from '../judgement/similarity.ts';
import type { PairCounts } from '../rows/pair-counts.ts';
import { anytimeP } from '../statistics/anytime-p.ts';
import { meanOf } from '../statistics/asymptotic-sequence.ts';
import { betaBinomialInterval, type RateCount } from '../statistics/beta-binomial-sequence.ts';
import { calibrationOf } from '../statistics/calibration.ts';
import { mcnemarExact } from '../statistics/mcnemar.ts';
import { pairedBounds } from '../statistics/paired-accuracy.ts';
import { confidenceReport } from './confidence.ts';
import type { ConfidenceGrid } from './confidence-grid.ts';
import { type LatencySums, latencyReport } from './latency.ts';
import type { AccuracyReport, Block, ErrorReport, Rate, ResourcesReport } from './report.ts';
import type { ReportRequest } from './request.ts';

/** What was gathered about one set of rows. */
export interface BlockParts {
  readonly counts: PairCounts;
  readonly judgement: RowsJudgement;
  readonly kappa: number | null;
  readonly grids: {
    readonly primary: ConfidenceGrid | undefined;
    readonly shadow: ConfidenceGrid | undefined;
  };
  /** Bins of PSI and JS. */
  readonly confidenceEnds: readonly number[];
  readonly latency: { readonly shadow: LatencySums | undefined; readonly control: LatencySums | undefined };
  readonly resources: ResourcesReport | null;
}

export function buildBlock(parts: BlockParts, { task, k, readiness: { alpha } }: ReportRequest): Block {
  const { counts, judgement, grids } = parts;
  const labelled = counts.labelled > 0;
  const { counts: weighted } = judgement;
  return {
    n: counts.n,
    agreement: agreementOf(weighted, parts.kappa, alpha),
    confidence: confidenceReport(weighted, grids.primary, grids.shadow, parts.confidenceEnds, alpha),
    similarity: similarityReport(task, counts, judgement.similarity, k ?? null),
    accuracy: labelled && task !== 'regression' ? accuracyOf(counts, judgement) : null,
    calibration: calibrationReport(grids, alpha),
    error: labelled && task === 'regression' ? errorOf(counts, judgement) : null,
    errors:
      counts.n === 0
        ? null
        : {
            primary: rateOf({ k: weighted.primaryErrors, n: weighted.n }, alpha),
            shadow: rateOf({ k: weighted.shadowErrors, n: weighted.n }, alpha),
          },
    latency_ms: latencyReport(parts.latency.shadow, parts.latency.control, alpha),
    resources: parts.resources,
  };
}

function agreementOf(
  { agreed, withOutcome }: PairCounts,
  kappa: number | null,
  alpha: number,
): Block['agreement'] {
  if (withOutcome === 0) return null;
  const disagreement = betaBinomialInterval({ k: withOutcome - agreed, n: withOutcome }, alpha);
  return {
    estimate: agreed / withOutcome,
    lower: 1 - disagreement.upper,
    upper: 1 - disagreement.lower,
    kappa,
  };
}

function rateOf(count: RateCount, alpha: number): Rate {
  const { estimate, lower, upper } = betaBinomialInterval(count, alpha);
  return { rate: estimate, lower, upper };
}

function accuracyOf(
  { pairs, labelled }: PairCounts,
  { difference, counts: weighted }: RowsJudgement,
): AccuracyReport {
  return {
    n: pairs.n,
    labelled,
    primary: weighted.primaryRight / weighted.labelled,
    shadow: weighted.shadowRight / weighted.labelled,
    difference,
    gains: pairs.gains,
    losses: pairs.losses,
    unlabelled: pairs.disagreements - pairs.labelledDisagreements,
    bounds: pairedBounds(pairs) ?? { lower: -1, upper: 1 },
    mcnemar_p: mcnemarExact(pairs.gains, pairs.losses),
    anytime_p: anytimeP(pairs.gains, pairs.losses),
  };
}

function errorOf({ labelled, pairs }: PairCounts, { difference, counts }: RowsJudgement): ErrorReport {
  const { errors } = counts;
  const rootMeanSquare = ({ n, sumSquares }: { n: number; sumSquares: number }) => Math.sqrt(sumSquares / n);
  return {
    n: labelled,
    mae_primary: meanOf(errors.primary),
    mae_shadow: meanOf(errors.shadow),
    rmse_primary: rootMeanSquare(errors.primary),
    rmse_shadow: rootMeanSquare(errors.shadow),
    difference,
    gains: pairs.gains,
    losses: pairs.losses,
  };
}

function calibrationReport({ primary, shadow }: BlockParts['grids'], alpha: number): Block['calibration'] {
  if (primary === undefined || shadow === undefined) return null;
  const calibrations = {
    primary: calibrationOf(primary.calibration, alpha),
    shadow: calibrationOf(shadow.calibration, alpha),
  };
  if (calibrations.primary === null || calibrations.shadow === null) return null;
  return { primary: calibrations.primary, shadow: calibrations.shadow };
}
