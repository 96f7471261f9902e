/**
 * A shorter input that still does what this one does: parts are left out, ever smaller ones, then bytes made plain.
 *
 * @param does whether an input does it
 * @param mostRuns of `does`
 */
export async function minimise(
  input: Buffer,
  does: (input: Buffer) => Promise<boolean>,
  mostRuns = 3000,
): Promise<Buffer> {
  let best = input;
  let runs = 0;
  const attempt = async (shorter: Buffer): Promise<boolean> => {
    if (runs++ >= mostRuns || !(await does(shorter))) return false;
    best = shorter;
    return true;
  };
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && runs < mostRuns; ) {
      const without = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (!(await attempt(without))) at += size;
    }
  }
  for (let at = 0; at < best.length && runs < mostRuns; at++) {
    if (best[at] === 0x30) continue;
    const plain = Buffer.from(best);
    plain[at] = 0x30;
    await attempt(plain);
  }
  return best;
}
