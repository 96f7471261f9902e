import type { DeploymentConfig } from '../config/deployment.ts';
import { UnderstudyError } from '../errors.ts';
import type { Role } from '../inference/serving-table.ts';
import type { ObserverSource } from '../inference/worker/model-worker-options.ts';
import type { DeploymentParts } from './deployment-parts.ts';
import { laneName } from './lane-name.ts';
import { type RunningLane, startLane } from './running-lane.ts';
import type { ShadowConditions } from './shadow-conditions.ts';

export interface LanePlan {
  readonly version: string;
  readonly role: Role;
  /** The ONNX file. */
  readonly path: string;
  readonly config: DeploymentConfig;
  readonly observer: ObserverSource;
  /** Null for the primary. */
  readonly conditions: ShadowConditions | null;
}

/** How long what is still loading when the server closes may take to end. */
const loadGraceMs = 3_000;

/** Starts the lanes of one model. Knows which are being loaded, and which loads did not end. */
export class LaneStarter {
  readonly #model: string;
  readonly #parts: DeploymentParts;
  readonly #giveUpLoads = new AbortController();
  readonly #starting = new Set<Promise<unknown>>();
  /** Threads whose load was given up and has not ended, by lane. */
  readonly #leftBehind = new Map<Promise<void>, string>();
  #isClosing = false;

  constructor(model: string, parts: DeploymentParts) {
    this.#model = model;
    this.#parts = parts;
  }

  /** Names of lanes that have a thread which does not end loading. */
  get leftBehind(): readonly string[] {
    return [...this.#leftBehind.values()];
  }

  /** @throws with the reason why the version cannot be served, or UnderstudyError SHUTTING_DOWN */
  async start(plan: LanePlan): Promise<RunningLane> {
    if (this.#isClosing) throw new UnderstudyError('SHUTTING_DOWN', 'the server is closing');
    const start = this.#start(plan);
    this.#starting.add(start);
    try {
      return await start;
    } finally {
      this.#starting.delete(start);
    }
  }

  /** Begins nothing more, and gives up what does not end soon. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const timer = setTimeout(() => this.#giveUpLoads.abort(), loadGraceMs);
    while (this.#starting.size > 0) await Promise.allSettled(this.#starting);
    clearTimeout(timer);
  }

  async #start(plan: LanePlan): Promise<RunningLane> {
    const { role, version } = plan;
    const { threads } = this.#parts;
    const thread = threads.lane(role, this.#model, version);
    try {
      return await startLane({
        ...{ ...plan, ...this.#parts, model: this.#model, thread, giveUpLoads: this.#giveUpLoads.signal },
        onLeftBehind: (ended) => {
          this.#leftBehind.set(ended, laneName(plan));
          void ended.then(() => this.#leftBehind.delete(ended));
        },
      });
    } catch (error) {
      threads.release(role, this.#model, version);
      throw error;
    }
  }
}
