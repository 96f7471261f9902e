import type { ErrorCode } from '../errors.ts';
import type { LoadedModel } from '../inference/loaded-model.ts';
import type { LaneRequest } from '../inference/request-batch.ts';
import { createObserver, type ShadowObserverOptions } from './shadow-observer.ts';

/**
 * Accounts for mirrored requests that a shadow had and brought nothing back for, since its worker died or hung:
 * each of their rows is an error of the shadow, like any other that can be seen by a user.
 */
export function recordLost(
  options: ShadowObserverOptions,
  loaded: LoadedModel,
): (mirrored: LaneRequest, code: ErrorCode) => void {
  const observer = createObserver(options, loaded);
  return (mirrored, code) => {
    observer.observe({
      id: '',
      entity: null,
      timestampMs: mirrored.arrivedMs,
      segments: {},
      inputs: [],
      rows: 0,
      outcome: { kind: 'error', code, sentence: code },
      queueMicroseconds: 0,
      computeMicroseconds: 0,
      cpuMicroseconds: 0,
      attachment: mirrored.attachment,
    });
    observer.endOfBatch?.();
  };
}
