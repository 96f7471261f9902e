import type { ShadowConfig } from './deployment.ts';
import type { SampleConfig } from './sample.ts';

/** A shadow as `shadows` of a `deployment.yaml` would hold it, with nothing left out that has a value. */
export interface WrittenShadow {
  readonly version: string;
  readonly sample: number | { readonly budget: number | string; readonly least: number };
  readonly isolation: ShadowConfig['isolation'];
  readonly deadline: string;
  readonly memory_limit?: string;
  readonly paused: boolean;
}

/** Read again by `shadowSchema`, it is the same. */
export function writtenShadow(shadow: ShadowConfig): WrittenShadow {
  const { version, sample, isolation, deadline, memory_limit, paused } = shadow;
  return {
    ...{ version, sample: writtenSample(sample), isolation, deadline: inUnits(deadline, durations) },
    ...(memory_limit === undefined ? {} : { memory_limit: inUnits(memory_limit, sizes) }),
    paused,
  };
}

function writtenSample(sample: SampleConfig): WrittenShadow['sample'] {
  if (typeof sample === 'number') return sample;
  const { budget, least } = sample;
  return { budget: budget.kind === 'share' ? budget.share : `${plain(budget.rowsPerSecond)}/s`, least };
}

/** Largest first. */
const durations = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
] as const;
const sizes = [
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
] as const;

/** In the largest unit of which it is a whole number. */
function inUnits(value: number, units: typeof durations | typeof sizes): string {
  const [size, unit] = units.find(([one]) => value % one === 0) ?? [1, units === sizes ? 'B' : 'ms'];
  return `${plain(value / size)}${unit}`;
}

/** Without an exponent, which the readers of quantities do not know. */
function plain(value: number): string {
  return value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 });
}
