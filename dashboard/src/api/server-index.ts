import { ask } from './ask.ts';

/** `GET /`, for a client that wants JSON. */
export interface ServerIndex {
  readonly name: string;
  readonly version: string;
  readonly models: readonly {
    readonly name: string;
    /** Null where the model is refused. */
    readonly primary: string | null;
    readonly shadows: readonly string[];
    readonly ready: boolean;
  }[];
}

export function serverIndex(): Promise<ServerIndex> {
  return ask<ServerIndex>('/');
}
