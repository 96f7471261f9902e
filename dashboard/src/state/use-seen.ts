import { type RefObject, useEffect, useState } from 'react';

/** Pixels below the window's edge at which something counts as about to be seen. */
const ahead = 300;

/** Whether the element is on the screen, or about to be: what nobody sees need not be asked of the server. */
export function useSeen(of: RefObject<Element | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const element = of.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => setSeen(entries.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: `${ahead}px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return isSeen;
}
