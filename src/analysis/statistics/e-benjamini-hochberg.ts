/**
 * The e-BH procedure: which hypotheses to list as discoveries so that the expected share of false ones is at most α.
 * With the K e-values sorted downwards, the largest k with the k-th ≥ K/(αk); the k largest are the discoveries.
 * To be given current e-values, never running maxima. Returns indices into `eValues`. Wang & Ramdas 2022.
 */
export function eBenjaminiHochberg(eValues: readonly number[], alpha = 0.05): number[] {
  const order = eValues.map((_, index) => index).sort((a, b) => (eValues[b] ?? 0) - (eValues[a] ?? 0));
  let discoveries = 0;
  order.forEach((index, position) => {
    const k = position + 1;
    if ((eValues[index] ?? 0) >= eValues.length / (alpha * k)) discoveries = k;
  });
  return order.slice(0, discoveries);
}
