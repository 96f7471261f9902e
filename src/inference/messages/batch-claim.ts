/**
 * A word in shared memory by which a worker and the main thread agree on who accounts for a batch: whoever
 * takes it while it is free. The worker does so before its observer looks, the main thread when it gives a
 * batch up that takes too long; so the batch is accounted for once.
 */
export type BatchClaim = Int32Array<SharedArrayBuffer>;

const free = 0;
const takenByWorker = 1;
const givenUp = 2;

export function createClaim(): BatchClaim {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** To be called before a batch is handed to the worker. */
export function freeClaim(claim: BatchClaim): void {
  Atomics.store(claim, 0, free);
}

/** @returns false when the batch was given up */
export function takeClaim(claim: BatchClaim): boolean {
  return Atomics.compareExchange(claim, 0, free, takenByWorker) === free;
}

/** @returns false when the worker has just ended it */
export function giveUpClaim(claim: BatchClaim): boolean {
  return Atomics.compareExchange(claim, 0, free, givenUp) === free;
}

export function isGivenUp(claim: BatchClaim): boolean {
  return Atomics.load(claim, 0) === givenUp;
}
