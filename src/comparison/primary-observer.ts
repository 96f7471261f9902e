import type { SegmentSource } from '../config/deployment.ts';
import type { LoadedModel } from '../inference/model/loaded-model.ts';
import type { Notice, Observer, ServedRequest } from '../inference/observer.ts';
import { checkSegmentSources } from './check-segment-sources.ts';
import { isOn, type MirrorSwitch } from './mirror-switch.ts';
import { encodeObservation } from './mirrored-observation.ts';
import { observe } from './observation.ts';
import { type DerivedSegments, SegmentReader } from './segments.ts';

export interface PrimaryObserverOptions {
  readonly segments: Readonly<Record<string, SegmentSource>>;
  /** Off while no shadow wants to know: then only the traffic is counted. */
  readonly mirroring: MirrorSwitch;
}

const nothing = new Uint8Array();

/**
 * Watches the primary's worker: what it did with each request, ready to travel to the shadows.
 *
 * @throws as `checkSegmentSources` does
 */
export function createObserver(options: PrimaryObserverOptions, { signature }: LoadedModel): Observer {
  checkSegmentSources(options.segments, signature);
  const reader = new SegmentReader(options.segments);
  return {
    observe(served: ServedRequest): Notice {
      const segments = reader.given(served.segments);
      const derived = reader.derived(served.inputs, served.rows);
      const { id, entity, timestampMs, queueMicroseconds, computeMicroseconds, cpuMicroseconds } = served;
      const notice = { unit: entity ?? id, timestampMs, cells: cellsOf(segments, derived, served.rows) };
      if (!isOn(options.mirroring)) return { ...notice, bytes: nothing };
      const bytes = encodeObservation({
        id,
        entity,
        timestampMs,
        segments,
        derived,
        rows: observe(served),
        queueMicroseconds,
        computeMicroseconds,
        cpuMicroseconds,
      });
      return { ...notice, bytes };
    },
  };
}

/** Rows by combination of segment values, as `Notice.cells` wants them. */
function cellsOf(segments: Readonly<Record<string, string>>, derived: DerivedSegments, rows: number): string {
  const columns = Object.keys(derived);
  if (columns.length === 0) return `[[${JSON.stringify(segments)},${rows}]]`;
  const counts = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const cell: Record<string, string> = { ...segments };
    for (const column of columns) {
      const value = derived[column]![row];
      if (value != null) cell[column] = value;
    }
    const key = JSON.stringify(cell);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return `[${Array.from(counts, ([cell, n]) => `[${cell},${n}]`).join(',')}]`;
}
