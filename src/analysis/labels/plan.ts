import { type JudgedLabelSet, statusWeight } from './weight.ts';

/** Unlabelled disagreements that lie in the same sets, so that one is worth as much as another. */
export interface Combination {
  /** Opaque, as the query gave it. */
  readonly key: string;
  readonly rows: number;
  /** What a label of one of them is worth: see `label-weight.ts`. */
  readonly score: number;
  /** Indices of the sets that its rows are in. */
  readonly sets: readonly number[];
}

/** The next label, and the set in whose turn it came. */
export interface Pick {
  readonly combination: string;
  readonly set: number;
}

/**
 * At most `limit` rows, in the order in which they are to be labelled. Sets take turns by highest averages (D'Hondt): next is
 * the one with the largest weighted width divided by one more than the rows it has so far, whoever's turn they came in.
 * So each gets rows in proportion to how wide and how open it is, and none takes all. In its turn a set gives a row of
 * its combination with the highest score.
 */
export function planLabels(
  sets: readonly JudgedLabelSet[],
  combinations: readonly Combination[],
  limit: number,
): Pick[] {
  const pulls = sets.map((set) => statusWeight(set) * set.width);
  const taken = sets.map(() => 0);
  const queues = sets.map((_, index) =>
    combinations
      .filter((combination) => combination.sets.includes(index))
      .toSorted((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1)),
  );
  const left = new Map(combinations.map(({ key, rows }) => [key, rows]));
  const isLeft = ({ key }: Combination) => (left.get(key) ?? 0) > 0;
  const picks: Pick[] = [];
  while (picks.length < limit) {
    let next: { readonly set: number; readonly average: number } | null = null;
    for (const [set, queue] of queues.entries()) {
      while (queue[0] !== undefined && !isLeft(queue[0])) queue.shift();
      const average = (pulls[set] ?? 0) / ((taken[set] ?? 0) + 1);
      if (queue.length > 0 && (next === null || average > next.average)) next = { set, average };
    }
    const combination = next === null ? undefined : queues[next.set]?.[0];
    if (next === null || combination === undefined) break;
    left.set(combination.key, (left.get(combination.key) ?? 0) - 1);
    for (const set of combination.sets) taken[set] = (taken[set] ?? 0) + 1;
    picks.push({ combination: combination.key, set: next.set });
  }
  return picks;
}
