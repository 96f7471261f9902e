import { useCallback, useEffect, useRef, useState } from 'react';
import { ask } from '../api/ask.ts';

export interface Answered<Answer> {
  /** The last one that came; null before the first. */
  readonly answer: Answer | null;
  /** Why the last question has no answer, as a sentence; null where it has one. */
  readonly problem: string | null;
  readonly asking: boolean;
  /** Asks again. */
  readonly again: () => void;
}

/**
 * What the server answers at the path: asked when the path changes and when told to, but not before `isWanted`. The answer to an older
 * question is passed over.
 */
export function useAnswer<Answer>(path: string, isWanted: boolean): Answered<Answer> {
  const [state, setState] = useState<Omit<Answered<Answer>, 'again'>>({
    answer: null,
    problem: null,
    asking: false,
  });
  const latest = useRef(0);
  const again = useCallback(() => {
    latest.current += 1;
    const question = latest.current;
    setState((before) => ({ ...before, asking: true }));
    ask<Answer>(path).then(
      (answer) => {
        if (question === latest.current) setState({ answer, problem: null, asking: false });
      },
      (failure: unknown) => {
        const problem = failure instanceof Error ? failure.message : String(failure);
        if (question === latest.current) setState((before) => ({ ...before, problem, asking: false }));
      },
    );
  }, [path]);
  const [begun, setBegun] = useState(false);
  if (isWanted && !begun) setBegun(true);
  useEffect(() => {
    if (begun) again();
  }, [begun, again]);
  return { ...state, again };
}
