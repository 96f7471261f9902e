/** A lane on a device, as far as its memory goes. */
export interface MemoryTenant {
  readonly key: string;
  /** Wall time of its runs since the last reading. */
  readonly computeMicroseconds: number;
}

/**
 * Estimates which lane holds how much of the memory that this process has on one GPU, since no driver tells lanes of one
 * process apart: growth goes to the lanes that have just been loaded, in equal parts; else to those that ran, by their
 * shares of the time; else it waits for the next lane, whose loading it must be. What is given back is taken from all alike.
 */
export class GpuMemoryLedger {
  #held = new Map<string, number>();
  #unclaimed = 0;

  /** Bytes by lane, after a reading of all the process has there. */
  read(totalBytes: number, tenants: readonly MemoryTenant[]): ReadonlyMap<string, number> {
    const held = new Map<string, number>();
    const fresh = tenants.filter(({ key }) => !this.#held.has(key));
    for (const { key } of tenants) held.set(key, this.#held.get(key) ?? 0);
    const booked = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
    if (fresh.length > 0) {
      const growth = Math.max(0, totalBytes - booked);
      for (const { key } of fresh) held.set(key, growth / fresh.length);
      this.#unclaimed = 0;
    } else {
      const growth = totalBytes - booked - this.#unclaimed;
      if (growth < 0) shrink(held, Math.min(1, totalBytes / Math.max(1, booked)));
      else this.#grow(held, growth, tenants);
      this.#unclaimed = Math.max(0, totalBytes - [...held.values()].reduce((sum, bytes) => sum + bytes, 0));
    }
    this.#held = held;
    return held;
  }

  #grow(held: Map<string, number>, growth: number, tenants: readonly MemoryTenant[]): void {
    const compute = tenants.reduce((sum, tenant) => sum + tenant.computeMicroseconds, 0);
    if (compute === 0) return;
    for (const { key, computeMicroseconds } of tenants) {
      held.set(key, held.get(key)! + (growth * computeMicroseconds) / compute);
    }
  }
}

function shrink(held: Map<string, number>, factor: number): void {
  for (const [key, bytes] of held) held.set(key, bytes * factor);
}
