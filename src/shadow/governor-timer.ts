/** Runs the action once, later, unless disposed before; does not keep the process alive. */
export function scheduleUnreferenced(delayMs: number, action: () => void): Disposable {
  const timer = setTimeout(action, delayMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
