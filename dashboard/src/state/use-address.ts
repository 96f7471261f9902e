import { useCallback, useSyncExternalStore } from 'react';
import { type Address, readAddress, writeAddress } from './address.ts';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

/** The page's address, and changing a part of it: each change is a step that the browser's Back undoes. */
export function useAddress(): readonly [Address, (change: Partial<Address>) => void] {
  const search = useSyncExternalStore(subscribe, () => location.search);
  const change = useCallback((part: Partial<Address>) => {
    const next = writeAddress({ ...readAddress(location.search), ...part });
    if (next === location.search) return;
    history.pushState(null, '', `${location.pathname}${next}${location.hash}`);
    for (const listener of listeners) listener();
  }, []);
  return [readAddress(search), change];
}
