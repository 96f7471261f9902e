import type { Domain } from '../../../src/presentation/interval-domain.ts';
import styles from './segment-list.module.css';

/** Round numbers along the scale that the intervals share. */
export function IntervalAxis({
  domain,
  format,
}: {
  readonly domain: Domain;
  readonly format: (value: number) => string;
}) {
  const [lower, upper] = domain;
  return (
    <span className={styles.axis} aria-hidden="true">
      {roundNumbers(lower, upper).map((value) => (
        <span key={value} style={{ left: `${(100 * (value - lower)) / (upper - lower)}%` }}>
          {format(value)}
        </span>
      ))}
    </span>
  );
}

/** About four multiples of 1, 2 or 5 times a power of ten. */
function roundNumbers(lower: number, upper: number): number[] {
  const rough = (upper - lower) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(lower / step);
  const last = Math.floor(upper / step);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
