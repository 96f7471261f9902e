/**
 * Indices of the k largest of `scores[from…to)`, counted from `from`, largest first; of equal ones the lower index first.
 * Null where one of the scores is not finite.
 */
export function largestScores(
  scores: ArrayLike<number>,
  from: number,
  to: number,
  k: number,
): number[] | null {
  const best: number[] = [];
  for (let i = from; i < to; i++) {
    const score = scores[i]!;
    if (!Number.isFinite(score)) return null;
    if (best.length === k && score <= scores[best[k - 1]!]!) continue;
    // Few scores get this far: k is small, and the more were seen the fewer beat the k-th.
    let place = best.length === k ? k - 1 : best.length;
    while (place > 0 && scores[best[place - 1]!]! < score) {
      best[place] = best[place - 1]!;
      place--;
    }
    best[place] = i;
  }
  return best.map((index) => index - from);
}
