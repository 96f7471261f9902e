import { useEffect, useState } from 'react';
import { followLive, type Live, nothingYet } from '../api/live.ts';
import { queryOf, type View } from './view.ts';

/** What the server says of the view, as it says it. Of another view nothing is kept. */
export function useLive(view: View | null): Live {
  const [known, setKnown] = useState<{ readonly key: string; readonly live: Live } | null>(null);
  const key = view === null ? '' : JSON.stringify([view.model, queryOf(view)]);
  useEffect(() => {
    if (view === null) return;
    return followLive(view, (live) => setKnown({ key, live }));
  }, [key]);
  return known?.key === key ? known.live : nothingYet;
}
