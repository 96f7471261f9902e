import type { WorkerUsage } from '../messages/worker-task.ts';

type Use = Pick<WorkerUsage, 'executions' | 'cpuMicroseconds'>;

const none: Use = { executions: 0, cpuMicroseconds: 0 };

/** Adds up what several have used that took each other's place: the sum never becomes less. */
export class UseSoFar {
  /** Of those that are gone. */
  #former = none;
  #last = none;

  /** @param use of the one that works now, since it began */
  with({ executions, cpuMicroseconds }: Use): Use {
    this.#last = { executions, cpuMicroseconds };
    return {
      executions: this.#former.executions + executions,
      cpuMicroseconds: this.#former.cpuMicroseconds + cpuMicroseconds,
    };
  }

  /** The one that worked until now is gone; the next begins at nothing. */
  startAnew(): void {
    this.#former = this.with(this.#last);
    this.#last = none;
  }
}
