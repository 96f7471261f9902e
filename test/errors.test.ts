import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable, sentenceOf, UnderstudyError } from '../src/errors.ts';

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

describe('the errors', () => {
  it('are those of docs/errors.md, one by one', () => {
    const documented = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (.+) \|$/gm)].map(
      ([, code, status, meaning]) => ({
        ...{ code, status: Number(status), meaning },
      }),
    );
    expect(documented).toEqual(
      Object.entries(errorTable).map(([code, { status, meaning }]) => ({ code, status, meaning })),
    );
  });

  it('have the status of their code, and say their sentence', () => {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      const error = new UnderstudyError(code, 'what, where, and what would be right');
      expect(error.status).toBe(errorTable[code].status);
      expect(sentenceOf(error)).toBe('what, where, and what would be right');
    }
    expect(sentenceOf('thrown text')).toBe('thrown text');
  });
});
