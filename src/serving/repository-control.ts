/** Takes models up and out of service, on demand. */
export interface RepositoryControl {
  /** @throws UnderstudyError UNKNOWN_MODEL, or NOT_LOADED with the reason; what ran runs on then */
  load(model: string): Promise<void>;
  /** @throws UnderstudyError UNKNOWN_MODEL */
  unload(model: string): Promise<void>;
}
