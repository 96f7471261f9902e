/** What a request says outside its body; checked by the transport. Null where nothing is said. */
export interface RequestContext {
  readonly id: string | null;
  readonly entity: string | null;
  readonly segments: Readonly<Record<string, string>> | null;
  readonly timestampMs: number | null;
}
