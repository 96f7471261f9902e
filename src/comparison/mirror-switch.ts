/**
 * A word in shared memory by which the main thread tells the primary's workers whether anybody is compared with them: shadows
 * come and go while those run.
 */
export type MirrorSwitch = Int32Array<SharedArrayBuffer>;

/** Off at first. */
export function createMirrorSwitch(): MirrorSwitch {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

export function turn(mirrorSwitch: MirrorSwitch, on: boolean): void {
  Atomics.store(mirrorSwitch, 0, on ? 1 : 0);
}

export function isOn(mirrorSwitch: MirrorSwitch): boolean {
  return Atomics.load(mirrorSwitch, 0) === 1;
}
