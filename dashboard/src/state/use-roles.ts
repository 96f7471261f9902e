import { useCallback, useEffect, useRef, useState } from 'react';
import { type RolesDocument, rolesOf } from '../api/roles.ts';

/** Roles of the model, asked for anew when the tag changes; null until they are known. */
export function useRoles(
  model: string | null,
  tag: string,
): readonly [RolesDocument | null, (roles: RolesDocument) => void] {
  const [known, setKnown] = useState<RolesDocument | null>(null);
  /** Changes that were made here: an answer to what was asked before one is out of date. */
  const changes = useRef(0);
  useEffect(() => {
    if (model === null) return;
    let isOver = false;
    const before = changes.current;
    void tag;
    rolesOf(model).then(
      (roles) => {
        if (!isOver && changes.current === before) setKnown(roles);
      },
      // Whoever lost the connection is told so elsewhere; what was known stays.
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [model, tag]);
  const set = useCallback((roles: RolesDocument) => {
    changes.current += 1;
    setKnown(roles);
  }, []);
  return [known?.model === model ? known : null, set];
}
