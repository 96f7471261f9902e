import { clopperPearson } from './clopper-pearson.ts';
import type { Finding } from './simulation.ts';

/** `unclear`: on the wrong side of what was wanted, but no farther than so few runs may be by chance. */
export type Outcome = 'pass' | 'unclear' | 'miss';

/** Null where nothing was wanted. */
export function outcomeOf({ wanted, seen }: Finding): Outcome | null {
  if (wanted === null || typeof seen === 'string') return null;
  const share = seen.count / seen.of;
  const { lower, upper } = clopperPearson(seen);
  if (wanted.bound === 'at most') {
    if (share <= wanted.share) return 'pass';
    return lower <= wanted.share ? 'unclear' : 'miss';
  }
  if (share >= wanted.share) return 'pass';
  return upper >= wanted.share ? 'unclear' : 'miss';
}
