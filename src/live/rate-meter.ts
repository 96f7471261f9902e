const windowMs = 5000;

/** How fast a counter has grown over the last five seconds. */
export class RateMeter {
  readonly #samples: { readonly atMs: number; readonly count: number }[] = [];

  /** Per second; 0 before there are two looks. A counter that has fallen is another one. */
  read(count: number, nowMs: number): number {
    const samples = this.#samples;
    if (count < (samples.at(-1)?.count ?? 0)) samples.length = 0;
    samples.push({ atMs: nowMs, count });
    // The last one before the window stays, so that the window is whole.
    while (samples.length > 2 && samples[1]!.atMs <= nowMs - windowMs) samples.shift();
    const { atMs, count: before } = samples[0]!;
    return nowMs === atMs ? 0 : Math.round(((count - before) * 10_000) / (nowMs - atMs)) / 10;
  }
}
