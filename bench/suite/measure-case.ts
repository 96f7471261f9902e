import { plannedRatios } from './planned-ratios.ts';
import type { Bench, Case } from './scenario.ts';
import type { CaseResult } from './suite-result.ts';

/** A case that fails is a result that says so: the others can still be measured. */
export async function measureCase(
  { name, about, axis, ratios, measure }: Case,
  bench: Bench,
): Promise<CaseResult> {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const nothing = { points: [], ratios: [], resources: [], tables: [] };
  try {
    const found = await measure(bench);
    return {
      ...{ ...nothing, name, about, axis },
      points: [...found.points],
      ratios: [...plannedRatios(found.points, ratios), ...(found.ratios ?? [])],
      resources: [...(found.resources ?? [])],
      tables: [...(found.tables ?? [])],
      ...{ seconds: seconds(), failure: null },
    };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { ...nothing, name, about, axis, seconds: seconds(), failure };
  }
}
