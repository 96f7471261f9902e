import type { Task } from '../../inference/outputs/prediction.ts';

type Side = 'p' | 's';

/** What the compared rows of a task are asked, as SQL over the columns of the log; `truth` is what a mature label says. */
export interface TaskSql {
  /** Columns that only this task needs. */
  readonly columns: readonly string[];
  /** The agreement of a pair. Rows that were logged when the outputs were read as another task have none. */
  readonly agree: string;
  /** Expressions that the others are made of, in a select list. */
  readonly hits: string;
  /** The truth in a row `l` of the labels. */
  readonly truth: string;
  /** Whether the outcomes of a pair differ, so that one of them may be nearer to the truth. */
  readonly unequal: string;
  readonly primaryWins: string;
  readonly shadowWins: string;
  readonly right: (side: Side) => string;
  readonly error: (side: Side) => string;
  /** How little the two outcomes have in common; null where the task has no measure for that. */
  readonly dissimilarity: string | null;
  /** Whether they have so little in common that the pair weighs on the mean. */
  readonly far: string;
}

const unknown = 'NULL::DOUBLE';

/** Whether the relevant item is among the first k; NULL without a label, so that no list is read in vain. */
function hit(side: Side): string {
  return `CASE WHEN truth IS NOT NULL THEN list_contains(from_json(${side}_items, '["VARCHAR"]'), truth) END`;
}

export const taskSql: Readonly<Record<Task, TaskSql>> = {
  classification: {
    columns: [],
    agree: 'agree',
    hits: '',
    truth: 'l.label',
    unequal: 'NOT agree',
    primaryWins: 'NOT agree AND p_label = truth',
    shadowWins: 'NOT agree AND s_label = truth',
    right: (side) => `${side}_label = truth`,
    error: () => unknown,
    dissimilarity: null,
    far: 'false',
  },
  regression: {
    columns: [],
    agree: 'agree',
    hits: '',
    truth: 'coalesce(l.value, TRY_CAST(l.label AS DOUBLE))',
    unequal: 'p_value <> s_value',
    primaryWins: 'abs(p_value - truth) < abs(s_value - truth)',
    shadowWins: 'abs(s_value - truth) < abs(p_value - truth)',
    right: () => 'false',
    error: (side) => `abs(${side}_value - truth)`,
    dissimilarity: null,
    far: 'false',
  },
  ranking: {
    columns: ['overlap', 'p_items', 's_items'],
    agree: 'CASE WHEN overlap IS NOT NULL THEN agree END',
    hits: `${hit('p')} AS p_hit, ${hit('s')} AS s_hit`,
    truth: 'l.label',
    // Lists that agree within the tolerance may still differ in the item that counts.
    unequal: 'overlap < 1',
    primaryWins: 'p_hit AND NOT s_hit',
    shadowWins: 's_hit AND NOT p_hit',
    right: (side) => `${side}_hit`,
    error: () => unknown,
    dissimilarity: '1 - overlap',
    far: 'overlap < 1',
  },
  // A vector is neither right nor wrong, whatever a label says.
  embedding: {
    columns: ['cosine'],
    agree: 'CASE WHEN cosine IS NOT NULL THEN agree END',
    hits: '',
    truth: 'NULL::VARCHAR',
    unequal: 'NOT agree',
    primaryWins: 'false',
    shadowWins: 'false',
    right: () => 'false',
    error: () => unknown,
    dissimilarity: '1 - cosine',
    far: 'cosine < 0.99',
  },
};
