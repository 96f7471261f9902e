export type Shadow = 'off' | '100%';

/** What a peer is to do; one argument, as JSON. */
export interface PeerOptions {
  /** Whether the shadow gets every request, too. */
  readonly shadow: Shadow;
}

export function readPeerOptions(argument: string | undefined): PeerOptions {
  const { shadow } = JSON.parse(argument ?? '{}') as { readonly shadow?: unknown };
  if (shadow !== 'off' && shadow !== '100%') {
    throw new Error(`a peer's argument is {"shadow":"off"} or {"shadow":"100%"}, not ${argument}`);
  }
  return { shadow };
}
