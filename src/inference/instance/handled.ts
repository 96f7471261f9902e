import { UnderstudyError } from '../../errors.ts';
import type { LaneRequest } from '../messages/request-batch.ts';
import type { Prediction } from '../outputs/prediction.ts';
import { readPredictions } from '../outputs/read-predictions.ts';
import type { OutputReading } from '../outputs/reading.ts';
import type { JobResult, JobResults } from './batch-runner.ts';
import type { DecodedJob } from './request-decoder.ts';

/** A request that went through the model. */
export interface RunJob {
  readonly job: DecodedJob;
  readonly result: JobResult;
  /** One for each row, read when asked for; none where the run failed. */
  readonly predictions: () => readonly Prediction[];
}

/** What became of a request: why it was not run, or what came of its run. */
export type Handled = UnderstudyError | RunJob;

export interface Timings {
  /** 0 where it was not run. */
  readonly rows: number;
  readonly queueMicroseconds: number;
  readonly computeMicroseconds: number;
}

export function handledOf(
  job: DecodedJob | UnderstudyError,
  results: JobResults,
  reading: OutputReading,
): Handled {
  if (job instanceof UnderstudyError) return job;
  const result = results.get(job)!;
  if (result instanceof UnderstudyError) return result;
  const { outcome } = result;
  return {
    job,
    result,
    predictions: () => (outcome.kind === 'ok' ? readPredictions(outcome.outputs, reading) : []),
  };
}

/** @param endedMicroseconds when the batch was through: what was not run has waited until then */
export function timingsOf(
  { arrivedMicroseconds }: LaneRequest,
  handled: Handled,
  endedMicroseconds: number,
): Timings {
  if (handled instanceof UnderstudyError) {
    return {
      rows: 0,
      queueMicroseconds: Math.max(0, endedMicroseconds - arrivedMicroseconds),
      computeMicroseconds: 0,
    };
  }
  const { job, result } = handled;
  return {
    rows: job.rows,
    queueMicroseconds: Math.max(0, result.startedMicroseconds - arrivedMicroseconds),
    computeMicroseconds: result.computeMicroseconds,
  };
}
