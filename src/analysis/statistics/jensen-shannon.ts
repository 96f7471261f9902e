/** Jensen-Shannon distance, base 2, of two lists of bin proportions: in [0, 1], a metric. Endres & Schindelin 2003. */
export function jensenShannonDistance(p: readonly number[], q: readonly number[]): number {
  const divergence = p.reduce((sum, from, bin) => {
    const to = q[bin] ?? 0;
    const middle = (from + to) / 2;
    return sum + surprise(from, middle) / 2 + surprise(to, middle) / 2;
  }, 0);
  return Math.sqrt(Math.max(0, divergence));
}

function surprise(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log2(share / middle);
}
