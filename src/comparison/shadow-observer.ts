import { createHash } from 'node:crypto';
import { type MessagePort, threadId } from 'node:worker_threads';
import type { DeploymentConfig } from '../config/deployment.ts';
import type { LoadedModel } from '../inference/model/loaded-model.ts';
import type { Observer, ServedRequest } from '../inference/observer.ts';
import type { ComparisonOrigin } from '../log/comparison-batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import { captureRow } from './captured-features.ts';
import { incomparable } from './comparator.ts';
import { comparatorOf } from './comparator-of.ts';
import { readAttachment } from './mirrored-observation.ts';
import { failedObservation, observe } from './observation.ts';
import { asDeepAs } from './ranking.ts';

export interface ShadowObserverOptions {
  readonly origin: Omit<ComparisonOrigin, 'shadowSha256'>;
  readonly tolerance: DeploymentConfig['tolerance'];
  readonly capture: DeploymentConfig['capture'];
  /** A run that took longer is a timeout, whatever it brought. */
  readonly deadlineMicroseconds: number;
  /** Distinguishes event ids of this start of this server from all others. */
  readonly instance: string;
  /** Takes `ComparisonBatch`es to the log. */
  readonly log: MessagePort;
}

/** Watches a shadow's worker: compares row by row with what the primary did, and sends it to the log. */
export function createObserver(
  options: ShadowObserverOptions,
  loaded: Pick<LoadedModel, 'sha256'>,
): Observer {
  const origin = { ...options.origin, shadowSha256: loaded.sha256 };
  const compare = comparatorOf(origin.task, options.tolerance);
  const lane = `${options.instance}-${origin.role}-${origin.shadowVersion}-${process.pid}.${threadId}`;
  let events = 0;
  let batch = new BatchBuilder(origin);

  function observeRequest(served: ServedRequest): null {
    if (served.attachment === null) return null;
    const { pi, observation } = readAttachment(served.attachment);
    const isLate = served.computeMicroseconds > options.deadlineMicroseconds;
    const shadowRows = isLate ? [] : observe(served);
    // A shadow that could not even read the request has no rows: its error stands for each of the primary's.
    const missing = failedObservation(isLate ? 'DEADLINE_EXCEEDED' : codeOf(served.outcome));
    const entityHash = observation.entity === null ? null : hash(origin.sampleSalt, observation.entity);
    observation.rows.forEach((primary, row) => {
      const shadow = asDeepAs(primary, shadowRows[row] ?? missing);
      const comparable = primary.status === 'ok' && shadow.status === 'ok';
      const agreement = comparable ? compare(primary, shadow) : incomparable;
      // A shadow that could not read the request has no inputs to keep.
      const readable = served.inputs.length > 0;
      const captured =
        readable &&
        (options.capture === 'all' || (options.capture === 'disagreements' && agreement.agree === false))
          ? captureRow(served.inputs, row, observation.rows.length)
          : null;
      batch.add({
        eventId: `${lane}-${events++}`,
        requestId: observation.id,
        row,
        entityHash,
        pi,
        timestampMs: observation.timestampMs,
        segments: segmentsOfRow(observation.segments, observation.derived, row),
        primary,
        primaryTimings: observation,
        shadow,
        shadowTimings: served,
        agreement,
        captured,
      });
    });
    return null;
  }

  return {
    observe: observeRequest,
    endOfBatch(): void {
      if (batch.isEmpty) return;
      options.log.postMessage(batch.columns);
      batch = new BatchBuilder(origin);
    },
  };
}

function codeOf(outcome: ServedRequest['outcome']): string {
  return outcome.kind === 'error' ? outcome.code : 'ROWS_DIFFER';
}

function segmentsOfRow(
  given: Readonly<Record<string, string>>,
  derived: Readonly<Record<string, readonly (string | null)[]>>,
  row: number,
): Record<string, string | null> {
  const segments: Record<string, string | null> = { ...given };
  for (const column of Object.keys(derived)) segments[column] = derived[column]![row] ?? null;
  return segments;
}

function hash(salt: string, entity: string): string {
  return createHash('sha256').update(`${salt}:${entity}`).digest('hex').slice(0, 16);
}
