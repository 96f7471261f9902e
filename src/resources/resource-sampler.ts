import type { GpuReading } from '../../native/addon.ts';
import { CpuLedger } from './cpu-ledger.ts';
import { GpuMeter, type GpuTenant } from './gpu-meter.ts';
import { LaneBook } from './lane-book.ts';
import type { LaneAccount, LaneReading } from './lane-reading.ts';
import { MachineMeter, type MachineReading } from './machine-meter.ts';
import type { ProcessUsage } from './process-usage.ts';
import {
  type Component,
  components,
  type DeviceSample,
  type MachineSample,
  type ResourceSample,
} from './resource-sample.ts';
import type { ReadThreadClocks, ThreadClock } from './thread-clocks.ts';

/** Where the figures come from. */
export interface ResourceSources {
  readonly pid: number;
  /** Null where the system tells nothing of threads. */
  readonly threads: ReadThreadClocks | null;
  readonly processes: (pids: readonly number[]) => Promise<ProcessUsage[]>;
  readonly gpus: () => readonly GpuReading[];
  readonly machine: () => MachineReading;
  /** CUDA_VISIBLE_DEVICES. */
  readonly visibleDevices: string | undefined;
  /** Monotonic. */
  readonly nowMicroseconds: () => number;
}

/** What one process or thread is booked under: a lane, by its key, or a component. */
type Owner = { readonly lane: string } | { readonly component: Component };

const owners = new Map<Component, Owner>(components.map((component) => [component, { component }]));
const runtime = owners.get('runtime')!;
/** The kernel keeps so much of a thread's name. */
const threadNameBytes = 15;

/** Sums up what lanes and components cost, from clocks of threads and processes and from what lanes count. */
export class ResourceSampler {
  readonly #sources: ResourceSources;
  readonly #threads = new CpuLedger();
  readonly #processes = new CpuLedger();
  readonly #gpus: GpuMeter;
  readonly #books = new Map<string, LaneBook>();
  readonly #componentCpu = new Map<Component, number>();
  #ownersByName: ReadonlyMap<string, Owner> = ownersOf([]);
  #lastMicroseconds: number;
  #tickMicroseconds: number;
  #cpuPercent = 0;
  #bookedTwice = 0;
  #devices: readonly DeviceSample[] = [];
  readonly #machineMeter = new MachineMeter();
  #machine: MachineSample | null = null;

  constructor(sources: ResourceSources) {
    this.#sources = sources;
    this.#gpus = new GpuMeter(sources.pid, sources.visibleDevices);
    this.#lastMicroseconds = sources.nowMicroseconds();
    this.#tickMicroseconds = this.#lastMicroseconds;
  }

  /**
   * Reads everything. With `tick` a second ends, else only the sums are brought up to date; figures per second need a
   * second. Not to be called again before it has resolved.
   */
  async take(readings: readonly LaneReading[], timestampMs: number, tick: boolean): Promise<ResourceSample> {
    const pids = readings.flatMap(({ account }) => account.pids);
    const usage = await this.#sources.processes([this.#sources.pid, ...pids]);
    const now = this.#sources.nowMicroseconds();
    const wallMicroseconds = now - this.#lastMicroseconds;
    this.#lastMicroseconds = now;
    const own = usage.find(({ id }) => id === this.#sources.pid);

    const clocks = this.#sources.threads?.() ?? null;
    const used = this.#usedByThreads(clocks);
    for (const [owner, cpu] of used) if (owner !== runtime) this.#book(owner, cpu);
    this.#bookProcesses(readings, usage);
    const names = clocks && new Set(clocks.map(({ name }) => name));
    for (const reading of readings) this.#count(reading, names, wallMicroseconds);
    this.#bookRuntime(used.get(runtime) ?? 0);
    this.#noteResident(readings, usage);
    this.#ownersByName = ownersOf(readings.map(({ account }) => account));

    const keys = readings.map(({ account }) => keyOf(account));
    if (tick) {
      this.#tick(keys, now);
      if (own) this.#cpuPercent = own.cpuPercent;
    }
    return {
      timestampMs,
      process: own
        ? { cpuPercent: this.#cpuPercent, cpuMicroseconds: own.cpuMicroseconds, memoryBytes: own.memoryBytes }
        : null,
      machine: this.#machine,
      components:
        clocks === null
          ? []
          : components.map((component) => ({
              component,
              cpuMicroseconds: this.#componentCpu.get(component) ?? 0,
            })),
      lanes: keys.map((key) => this.#books.get(key)!.sample),
      devices: this.#devices,
    };
  }

  /** By the names as they were told last: a lane that is new is booked from now on, what its loading took is not its. */
  #usedByThreads(clocks: readonly ThreadClock[] | null): Map<Owner, number> {
    if (clocks === null) return new Map();
    const main = owners.get('main')!;
    return this.#threads.read(clocks, ({ id, name }) =>
      id === this.#sources.pid ? main : (this.#ownersByName.get(name) ?? runtime),
    );
  }

  #bookProcesses(readings: readonly LaneReading[], usage: readonly ProcessUsage[]): void {
    const laneOf = new Map(
      readings.flatMap(({ account }) => account.pids.map((pid) => [pid, keyOf(account)] as const)),
    );
    const used = this.#processes.read(usage, ({ id }) => {
      const key = laneOf.get(id);
      return key !== undefined && this.#books.has(key) ? key : null;
    });
    for (const [key, cpu] of used) this.#books.get(key)!.use(cpu);
  }

  #noteResident(readings: readonly LaneReading[], usage: readonly ProcessUsage[]): void {
    for (const { account } of readings) {
      const resident = account.pids.map((pid) => usage.find(({ id }) => id === pid)?.memoryBytes ?? null);
      const known = resident.filter((bytes) => bytes !== null);
      this.#books
        .get(keyOf(account))
        ?.resident(known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0));
    }
  }

  #count(reading: LaneReading, names: ReadonlySet<string> | null, wallMicroseconds: number): void {
    const key = keyOf(reading.account);
    const book = this.#books.get(key);
    if (!book) {
      this.#books.set(key, new LaneBook(reading));
      return;
    }
    const workerCpu = book.count(reading, wallMicroseconds);
    if (reading.account.pids.length > 0 || names?.has(kept(reading.account.threadName))) return;
    // Its threads cannot be told from others, so what its workers counted themselves has to do.
    book.use(workerCpu);
    if (names) this.#bookedTwice += workerCpu;
  }

  /** Threads without a name look like the runtime's. Their lanes have been charged, so it is not, now or later: sums never fall. */
  #bookRuntime(cpuMicroseconds: number): void {
    const own = Math.max(0, cpuMicroseconds - this.#bookedTwice);
    this.#bookedTwice -= cpuMicroseconds - own;
    this.#book(runtime, own);
  }

  #book(owner: Owner, cpuMicroseconds: number): void {
    if ('lane' in owner) {
      this.#books.get(owner.lane)?.use(cpuMicroseconds);
      return;
    }
    const { component } = owner;
    this.#componentCpu.set(component, (this.#componentCpu.get(component) ?? 0) + cpuMicroseconds);
  }

  #tick(keys: readonly string[], now: number): void {
    const tenants: GpuTenant[] = keys.flatMap((key) => {
      const book = this.#books.get(key)!;
      return book.account.gpu === null
        ? []
        : [{ key, account: book.account, computeMicroseconds: book.computeSinceTick }];
    });
    const { devices, parts } = this.#gpus.read(this.#sources.gpus(), tenants, now - this.#tickMicroseconds);
    this.#devices = devices;
    this.#machine = this.#machineMeter.read(this.#sources.machine());
    this.#tickMicroseconds = now;
    for (const key of keys) this.#books.get(key)!.tick(parts.get(key) ?? null);
  }
}

function keyOf({ model, version, role }: LaneAccount): string {
  return JSON.stringify([model, version, role]);
}

function ownersOf(accounts: readonly LaneAccount[]): ReadonlyMap<string, Owner> {
  return new Map([
    ...(['log', 'analysis', 'resources'] as const).map((name) => [name, owners.get(name)!] as const),
    ...accounts.map((account) => [kept(account.threadName), { lane: keyOf(account) }] as const),
  ]);
}

function kept(name: string): string {
  return Buffer.from(name).subarray(0, threadNameBytes).toString();
}
