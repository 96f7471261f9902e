import { useEffect, useState } from 'react';
import { type ServerIndex, serverIndex } from '../api/server-index.ts';

const againMs = 5_000;

/** Which models there are; asked for again when the tag changes, and while there is none or nobody answers. */
export function useServerIndex(tag: string): {
  readonly index: ServerIndex | null;
  readonly isLost: boolean;
} {
  const [index, setIndex] = useState<ServerIndex | null>(null);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const look = async () => {
      const found = await serverIndex().catch(() => null);
      if (isOver) return;
      if (found !== null) setIndex(found);
      setLost(found === null);
      if (found === null || found.models.length === 0) timer = setTimeout(look, againMs);
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [tag]);
  return { index, isLost };
}
