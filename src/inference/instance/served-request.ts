import { UnderstudyError } from '../../errors.ts';
import { isMirrored, type LaneRequest } from '../messages/request-batch.ts';
import type { ServedRequest } from '../observer.ts';
import type { Handled, RunJob, Timings } from './handled.ts';

/**
 * A request as the observer is shown it.
 *
 * @param cpuMicrosecondsPerRow of the run
 * @returns null where there is nothing to be seen: a request that was not run
 */
export function servedRequest(
  request: LaneRequest,
  handled: Handled,
  timings: Timings,
  cpuMicrosecondsPerRow: number,
): ServedRequest | null {
  const common = { attachment: request.attachment, ...timings };
  if (!(handled instanceof UnderstudyError)) {
    return { ...common, ...seenIn(request, handled), cpuMicroseconds: cpuMicrosecondsPerRow * timings.rows };
  }
  // A mirrored request that cannot be read is an observation too: the primary could read it.
  if (!isMirrored(request)) return null;
  return {
    ...common,
    ...{ id: '', entity: null, timestampMs: request.arrivedMs, segments: {}, inputs: [] },
    outcome: { kind: 'error', code: handled.code, sentence: handled.message },
    cpuMicroseconds: 0,
  };
}

function seenIn(
  { context, arrivedMs }: LaneRequest,
  { job: { decoded, id }, result: { outcome }, predictions }: RunJob,
): Pick<ServedRequest, 'id' | 'entity' | 'timestampMs' | 'segments' | 'inputs' | 'outcome'> {
  return {
    id,
    entity: decoded.entity ?? context?.entity ?? null,
    timestampMs: decoded.timestampMs ?? context?.timestampMs ?? arrivedMs,
    segments: { ...context?.segments, ...decoded.segments },
    inputs: decoded.inputs,
    outcome:
      outcome.kind === 'ok'
        ? { kind: 'ok', predictions }
        : { kind: 'error', code: outcome.error.code, sentence: outcome.error.message },
  };
}
