/** Most blocks that one target's modules may have together. */
const mostBlocks = 1 << 15;

/** How often each block of the instrumented modules was entered since `clearHits`, modulo 256. Instrumented code counts here. */
export const hits = new Uint8Array(mostBlocks);

let blocks = 0;

/** Numbers for the blocks of one more module: the first of them. */
export function reserveBlocks(count: number): number {
  const first = blocks;
  blocks += count;
  if (blocks > mostBlocks) throw new Error(`more than ${mostBlocks} blocks are instrumented`);
  return first;
}

export function blockCount(): number {
  return blocks;
}

export function clearHits(): void {
  hits.fill(0, 0, blocks);
}

/**
 * How often is told apart only roughly, as libFuzzer does: once, twice, 3, 4–7, 8–15, 16–31, 32–127, more. A feature is a
 * block with one of these eight.
 */
const bucketOf = Uint8Array.from({ length: 256 }, (_, count) => {
  if (count < 4) return Math.max(0, count - 1);
  if (count < 8) return 3;
  if (count < 16) return 4;
  if (count < 32) return 5;
  return count < 128 ? 6 : 7;
});

export const featuresPerBlock = 8;

/** Writes the features of the last run into `into` and returns how many there are. */
export function readFeatures(into: Uint32Array): number {
  let found = 0;
  for (let block = 0; block < blocks; block++) {
    const count = hits[block]!;
    if (count > 0) into[found++] = block * featuresPerBlock + bucketOf[count]!;
  }
  return found;
}
