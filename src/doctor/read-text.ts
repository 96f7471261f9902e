import { readFileSync } from 'node:fs';

/** The text of a file under /proc, /sys or the like; null where this machine has no such file or does not show it. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return null;
    throw error;
  }
}
