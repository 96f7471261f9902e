import type { MessagePort } from 'node:worker_threads';
import type { PlacedThread, ThreadPlacement } from '../threads/thread-placement.ts';
import type { LaneReading } from './lane-reading.ts';
import type { ResourceSample } from './resource-sample.ts';

/** What the resources thread is started with. */
export interface ResourcesThreadData {
  readonly placement: ThreadPlacement;
  /** Of `ComparisonLog.openResourcePort`. */
  readonly logPort: MessagePort;
  /** NVML's file; null for the system's. */
  readonly nvmlLibrary: string | null;
}

/** Asks for a sample; with `tick` a second ends, and its rows go to the log. */
export interface TakeSample {
  readonly kind: 'take';
  readonly id: number;
  readonly readings: readonly LaneReading[];
  readonly timestampMs: number;
  readonly tick: boolean;
}

export type ToResourcesThread = TakeSample | { readonly kind: 'close' };

export type FromResourcesThread =
  | { readonly kind: 'placed'; readonly placed: PlacedThread }
  | { readonly kind: 'sample'; readonly id: number; readonly sample: ResourceSample }
  | { readonly kind: 'failed'; readonly id: number; readonly sentence: string }
  | { readonly kind: 'remark'; readonly sentence: string };
