/** Microseconds of a clock that never steps and is the same in every thread of the process (and of the host). */
export function monotonicMicroseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}

/** As `monotonicMicroseconds`, in milliseconds. */
export function monotonicMilliseconds(): number {
  return monotonicMicroseconds() / 1000;
}
