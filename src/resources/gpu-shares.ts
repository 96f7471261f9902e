/** What a GPU did in a span of time. */
export interface DeviceUse {
  readonly wallMicroseconds: number;
  /** In [0, 1]; null where nobody tells. */
  readonly utilization: number | null;
  readonly millijoules: number | null;
}

export interface GpuShare {
  readonly gpuMicroseconds: number;
  readonly gpuMillijoules: number;
}

/**
 * Divides the busy time and the energy of one GPU among the lanes that ran on it, by their shares of the wall time of their
 * runs, which is what one process can know of a GPU that all of them use at once. A device that nobody tells of was busy as
 * long as runs took, at most all the time. Where no lane ran, nobody is charged.
 *
 * @param computeMicroseconds wall time of the runs that ended in the span, one number for each lane
 */
export function gpuShares(device: DeviceUse, computeMicroseconds: readonly number[]): GpuShare[] {
  const sum = computeMicroseconds.reduce((total, part) => total + part, 0);
  const busy =
    device.utilization === null
      ? Math.min(device.wallMicroseconds, sum)
      : device.utilization * device.wallMicroseconds;
  return computeMicroseconds.map((compute) => {
    const share = sum === 0 ? 0 : compute / sum;
    return { gpuMicroseconds: share * busy, gpuMillijoules: share * (device.millijoules ?? 0) };
  });
}
