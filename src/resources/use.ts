import type { Use } from './resource-sample.ts';

export const nothing: Use = {
  wallMicroseconds: 0,
  rows: 0,
  executions: 0,
  cpuMicroseconds: 0,
  queueMicroseconds: 0,
  computeMicroseconds: 0,
  gpuMicroseconds: 0,
  gpuMillijoules: 0,
};

export function plus(use: Use, more: Partial<Use>): Use {
  return combined(use, { ...nothing, ...more }, 1);
}

/** What was used between two readings of what only grows. */
export function minus(use: Use, earlier: Use): Use {
  return combined(use, earlier, -1);
}

function combined(a: Use, b: Use, sign: 1 | -1): Use {
  return {
    wallMicroseconds: a.wallMicroseconds + sign * b.wallMicroseconds,
    rows: a.rows + sign * b.rows,
    executions: a.executions + sign * b.executions,
    cpuMicroseconds: a.cpuMicroseconds + sign * b.cpuMicroseconds,
    queueMicroseconds: a.queueMicroseconds + sign * b.queueMicroseconds,
    computeMicroseconds: a.computeMicroseconds + sign * b.computeMicroseconds,
    gpuMicroseconds: a.gpuMicroseconds + sign * b.gpuMicroseconds,
    gpuMillijoules: a.gpuMillijoules + sign * b.gpuMillijoules,
  };
}
