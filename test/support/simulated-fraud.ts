import { seededRandom } from './random.ts';
import type { SimulatedRow, SimulatedTraffic } from './simulated-log.ts';

/** How the shadow differs from a primary that is right in 85% of rows. */
export interface ShadowBehaviour {
  /** Share of the primary's mistakes that the shadow gets right, and of its hits that it gets wrong. */
  readonly repairs: number;
  readonly breaks: number;
}

export interface Simulation {
  readonly rows: number;
  readonly seed: number;
  /** Share of traffic and behaviour of each country; shares add up to 1. */
  readonly countries: Readonly<Record<string, ShadowBehaviour & { readonly share: number }>>;
  readonly startMs: number;
  readonly days: number;
  readonly labelled: number;
}

const labels = ['0', '1'];
export const other = (label: string) => (label === '1' ? '0' : '1');

/** Two points better overall, fifteen points worse in Brazil, 4.2% of traffic. */
export const maskedRegression: Simulation = {
  rows: 60_000,
  seed: 42,
  countries: {
    BR: { share: 0.042, repairs: 0.1, breaks: 0.194 },
    DE: { share: 0.5, repairs: 0.3, breaks: 0.02 },
    FR: { share: 0.3, repairs: 0.32, breaks: 0.02 },
    US: { share: 0.158, repairs: 0.28, breaks: 0.02 },
  },
  startMs: Date.UTC(2026, 10, 1),
  days: 8,
  labelled: 1,
};

/** Rows of model `fraud` with segments `country` and `channel` in even pace; the same for the same seed. */
export function simulateRows(simulation: Simulation): SimulatedRow[] {
  const random = seededRandom(simulation.seed);
  const countries = Object.entries(simulation.countries);
  const upTo = countries.map((_, index) =>
    countries.slice(0, index + 1).reduce((sum, [, { share }]) => sum + share, 0),
  );
  return Array.from({ length: simulation.rows }, (_, index) => {
    const place = random();
    const [country, behaviour] = countries.find((_, position) => place < upTo[position]!) ?? countries[0]!;
    const truth = labels[random() < 0.3 ? 1 : 0]!;
    const primaryRight = random() < 0.85;
    const turn = random();
    const shadowRight = primaryRight ? turn >= behaviour.breaks : turn < behaviour.repairs;
    const confidence = 0.5 + random() / 2;
    return {
      requestId: `r${index}`,
      timestampMs: simulation.startMs + Math.floor((index * simulation.days * 86_400_000) / simulation.rows),
      segments: { country, channel: random() < 0.6 ? 'app' : 'web' },
      primary: {
        label: primaryRight ? truth : other(truth),
        confidence,
        queueMicroseconds: 20 + Math.floor(random() * 60),
        computeMicroseconds: 100 + Math.floor(random() * 50),
        cpuMicroseconds: 90,
      },
      shadow: {
        label: shadowRight ? truth : other(truth),
        confidence: Math.min(1, confidence + 0.02 * random()),
        queueMicroseconds: 40 + Math.floor(random() * 90),
        computeMicroseconds: 150 + Math.floor(random() * 70),
        cpuMicroseconds: 140,
      },
      truth: random() < simulation.labelled ? truth : null,
    };
  });
}

/** The traffic that the rows are all of, hour by hour and combination by combination. */
export function trafficOfRows(rows: readonly SimulatedRow[]): SimulatedTraffic[] {
  const hour = 3_600_000;
  const groups = Map.groupBy(rows, ({ timestampMs, segments }) =>
    JSON.stringify([Math.floor(timestampMs / hour), segments]),
  );
  return [...groups.values()].flatMap((group) => {
    const first = group[0];
    return first === undefined
      ? []
      : [{ timestampMs: first.timestampMs, segments: first.segments, rows: group.length }];
  });
}
