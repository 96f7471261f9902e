export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs what it is given one after the other, in order; a failure is its caller's alone. */
export function createExclusive(): Exclusive {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = tail.then(work);
    tail = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  };
}
