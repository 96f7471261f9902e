/** The kinds of records, each with a hot table, a view and a directory in the lake. */
export const recordKinds = ['comparisons', 'labels', 'traffic', 'resources'] as const;
export type RecordKind = (typeof recordKinds)[number];

/** By which time a record belongs to an hour: the event's, but for labels when they came. */
export const timeColumn: Readonly<Record<RecordKind, string>> = {
  comparisons: 'ts',
  labels: 'received_ts',
  traffic: 'hour',
  resources: 'ts',
};

export function hotTableName(kind: RecordKind): string {
  return `hot_${kind}`;
}

export type ByKind<T> = Readonly<Record<RecordKind, T>>;

/** The same made for each kind. */
export function byKind<T>(of: (kind: RecordKind) => T): ByKind<T> {
  return {
    comparisons: of('comparisons'),
    labels: of('labels'),
    traffic: of('traffic'),
    resources: of('resources'),
  };
}
