import type { ThreadNames } from './thread-names.ts';
import type { ThreadPlacement, ThreadRole, Yielding } from './thread-placement.ts';

export interface ThreadPlanOptions {
  /** How much shadows and controls yield to the primary. */
  readonly shadowYielding: Yielding;
  /** CPUs by role; a role that is not named may use all. */
  readonly cpuSets: Readonly<Partial<Record<ThreadRole, readonly number[]>>>;
}

/** Where the threads of a server are to run. */
export class ThreadPlan {
  readonly #options: ThreadPlanOptions;
  readonly #names: ThreadNames;

  constructor(options: ThreadPlanOptions, names: ThreadNames) {
    this.#options = options;
    this.#names = names;
  }

  /** For the workers of a lane, which share a name. */
  lane(role: 'primary' | 'shadow' | 'control', model: string, version: string): ThreadPlacement {
    const yielding = role === 'primary' ? 'never' : this.#options.shadowYielding;
    return this.#placement(role, this.#names.lane(role, model, version), yielding);
  }

  /** To be called when the last thread of a lane has ended. */
  release(role: 'primary' | 'shadow' | 'control', model: string, version: string): void {
    this.#names.release(role, model, version);
  }

  /** An acknowledged label must become durable under any load, so the log is niced and no more. */
  log(): ThreadPlacement {
    return this.#placement('log', 'log', 'niced');
  }

  analysis(): ThreadPlacement {
    return this.#placement('analysis', 'analysis', 'idle');
  }

  resources(): ThreadPlacement {
    return this.#placement('resources', 'resources', 'niced');
  }

  #placement(role: ThreadRole, name: string, yielding: Yielding): ThreadPlacement {
    return { role, name, yielding, cpus: this.#options.cpuSets[role] ?? null };
  }
}
