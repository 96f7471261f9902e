import { ArbiterTable } from './table.ts';

/**
 * `exclusive`: sessions are created, run and released one at a time (WebGPU, where two at once end the process).
 * `yielding`: they overlap, but a shadow does not begin while a primary is at work (CUDA, TensorRT).
 */
export type ArbiterMode = 'exclusive' | 'yielding';
export type DevicePriority = 'primary' | 'shadow';

/** A place at a device's arbiter; travels to the worker in its placement. */
export interface ArbiterSeat {
  readonly buffer: SharedArrayBuffer;
  readonly mode: ArbiterMode;
  readonly priority: DevicePriority;
}

/** What an arbiter has seen so far. */
export interface ArbiterStatistics {
  readonly provider: 'webgpu' | 'cuda';
  readonly device: number;
  readonly mode: ArbiterMode;
  readonly primaryTurns: number;
  readonly shadowTurns: number;
  /** Times a primary went before a shadow that had come earlier. */
  readonly overtakings: number;
  /** Times a shadow had waited so long that it went without regard to the primary. */
  readonly overdueTurns: number;
  /** Times the device was taken from a thread that died. */
  readonly recoveries: number;
  /** Thread that holds the device now; always null where they only yield. */
  readonly holder: number | null;
}

/** One device: who may use it next. Belongs to the main thread, which never waits on it. */
export class DeviceArbiter {
  readonly mode: ArbiterMode;
  readonly #buffer = ArbiterTable.allocate();
  readonly #table = new ArbiterTable(this.#buffer);

  constructor(mode: ArbiterMode) {
    this.mode = mode;
  }

  seat(priority: DevicePriority): ArbiterSeat {
    return { buffer: this.#buffer, mode: this.mode, priority };
  }

  release(thread: number): boolean {
    const held = this.#table.letGo(thread);
    if (held) this.#table.count('recoveries');
    this.#table.forget(thread);
    this.#table.wakeAll();
    return held;
  }

  get statistics(): Omit<ArbiterStatistics, 'provider' | 'device'> {
    const table = this.#table;
    return {
      mode: this.mode,
      primaryTurns: table.counted('primaryTurns'),
      shadowTurns: table.counted('shadowTurns'),
      overtakings: table.counted('overtakings'),
      overdueTurns: table.counted('overdueTurns'),
      recoveries: table.counted('recoveries'),
      holder: table.holder,
    };
  }
}
