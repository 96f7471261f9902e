import { describe, expect, it } from 'vitest';
import { BytePattern } from '../../src/protocol/byte-pattern.ts';
import { seededRandom } from '../support/random.ts';

describe('a word that is looked for', () => {
  it('is found where it is, in short texts and in long ones', () => {
    const random = seededRandom(3);
    for (const word of ['"parameters"', 'aab', 'a', 'abab']) {
      const pattern = new BytePattern(word);
      for (let round = 0; round < 500; round++) {
        const length = Math.floor(random() * (round % 50 === 0 ? 3000 : 60));
        const letters = Array.from({ length }, () => '"ab\xffprmetrs'[Math.floor(random() ** 2 * 11)]);
        if (round % 3 === 0) letters.splice(Math.floor(random() * length), 0, word);
        const text = Buffer.from(letters.join(''), 'latin1');
        expect(pattern.isIn(text)).toBe(text.includes(Buffer.from(word)));
      }
    }
  });
});
