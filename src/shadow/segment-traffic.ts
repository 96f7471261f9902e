import type { TrafficCell } from './sampling-plan.ts';

interface Flow {
  readonly segments: readonly string[];
  /** Rows since the last time. */
  pending: number;
  quick: number;
  steady: number;
}

/** What is older counts for less and less: `quick` follows at once, `steady` says what is usual. */
const quickSeconds = 5;
const steadySeconds = 120;
/** Rows per second below which a combination or a segment is forgotten. */
const negligible = 1e-4;
const maxCells = 1_000;
const maxSegments = 5_000;

/** How much traffic there is of late, by the segments of requests and by segment. */
export class SegmentTraffic {
  readonly #cells = new Map<string, Flow>();
  readonly #segments = new Map<string, Flow>();
  /** Of combinations for which there was no room. */
  readonly #others: Flow = { segments: [], pending: 0, quick: 0, steady: 0 };
  /** Share of either memory that has been lived through, in [0, 1]: before that, averages would be too low. */
  #lived = { quick: 0, steady: 0 };

  /** @param segments of all rows of a request: they are sampled together */
  countRequests(segments: readonly string[], rows: number): void {
    const cell = flowIn(this.#cells, segments.join('\n'), segments, maxCells) ?? this.#others;
    cell.pending += rows;
  }

  countRows(segments: readonly string[], rows: number): void {
    for (const segment of segments) {
      const flow = flowIn(this.#segments, segment, [segment], maxSegments);
      if (flow) flow.pending += rows;
    }
  }

  /** To be called when `seconds` have passed since the last time; above 0. */
  settle(seconds: number): void {
    const keep = { quick: Math.exp(-seconds / quickSeconds), steady: Math.exp(-seconds / steadySeconds) };
    this.#lived = {
      quick: 1 - keep.quick * (1 - this.#lived.quick),
      steady: 1 - keep.steady * (1 - this.#lived.steady),
    };
    for (const flows of [this.#cells, this.#segments]) {
      for (const [key, flow] of flows) {
        settleFlow(flow, seconds, keep);
        if (flow.steady < negligible) flows.delete(key);
      }
    }
    settleFlow(this.#others, seconds, keep);
  }

  get isEmpty(): boolean {
    return this.#cells.size === 0;
  }

  /** Rows per second, the higher of what is usual and what came lately: what a budget has to reckon with. */
  get cells(): TrafficCell[] {
    const { quick, steady } = this.#lived;
    if (steady === 0) return [];
    return [...this.#cells.values(), this.#others].map((flow) => ({
      segments: flow.segments,
      rowsPerSecond: Math.max(flow.quick / quick, flow.steady / steady),
    }));
  }

  get segments(): Iterable<string> {
    return this.#segments.keys();
  }

  /** Rows per second that are usual. */
  usualOf(segment: string): number {
    const { steady } = this.#lived;
    return steady === 0 ? 0 : (this.#segments.get(segment)?.steady ?? 0) / steady;
  }
}

/** Undefined where there is no room for one more. */
function flowIn(
  flows: Map<string, Flow>,
  key: string,
  segments: readonly string[],
  most: number,
): Flow | undefined {
  const known = flows.get(key);
  if (known || flows.size >= most) return known;
  const flow = { segments, pending: 0, quick: 0, steady: 0 };
  flows.set(key, flow);
  return flow;
}

function settleFlow(
  flow: Flow,
  seconds: number,
  keep: { readonly quick: number; readonly steady: number },
): void {
  const late = flow.pending / seconds;
  flow.pending = 0;
  flow.quick = keep.quick * flow.quick + (1 - keep.quick) * late;
  flow.steady = keep.steady * flow.steady + (1 - keep.steady) * late;
}
