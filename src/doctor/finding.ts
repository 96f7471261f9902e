/** What is looked at, in the order in which it is printed. */
export const topics = [
  'node',
  'native addon',
  'thread policy',
  'cgroup',
  'machine',
  'ONNX Runtime',
  'GPU',
  'CUDA',
  'Vulkan',
  'disk',
  'models',
  'port',
] as const;

export type Topic = (typeof topics)[number];

/** `note` costs nothing that was asked for; `warning` costs speed, isolation or evidence; with a `problem` something will not work. */
export type Status = 'ok' | 'note' | 'warning' | 'problem';

export interface Finding {
  readonly topic: Topic;
  readonly status: Status;
  /** One sentence. */
  readonly sentence: string;
  /** What a person can do about it; null where there is nothing to do. */
  readonly mend: string | null;
  /** The figures behind it, for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
}
