import type { Governor } from './governor.ts';

/**
 * Why interference is known or not. `off`: nobody wants to know; `blind`: the shadows do not come to rest when
 * they are paused; `failed`: the governor has given up.
 */
export const governorStates = ['off', 'measuring', 'waiting_for_traffic', 'blind', 'failed'] as const;

export type GovernorState = (typeof governorStates)[number];

/** @returns null where nothing runs that could slow a primary down */
export function governorStateOf(
  governor: Governor | null,
  running: readonly { readonly role: 'primary' | 'shadow' | 'control' }[],
): GovernorState | null {
  if (governor !== null) return governor.state;
  return running.some(({ role }) => role !== 'primary') ? 'off' : null;
}
