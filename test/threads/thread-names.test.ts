import { describe, expect, it } from 'vitest';
import { ThreadNames } from '../../src/threads/thread-names.ts';

const bytesOf = (text: string): number => Buffer.byteLength(text);

describe('the names of threads', () => {
  it('say the version first, then the model, and whether it is the control', () => {
    const names = new ThreadNames();
    expect(names.lane('primary', 'fraud', '7')).toBe('7 fraud');
    expect(names.lane('shadow', 'fraud', '8')).toBe('8 fraud');
    expect(names.lane('control', 'fraud', '7')).toBe('7 fraud ctl');
  });

  it('are the same for the same lane', () => {
    const names = new ThreadNames();
    const first = names.lane('shadow', 'fraud', '8');
    expect(names.lane('shadow', 'fraud', '8')).toBe(first);
  });

  it('are cut to 15 bytes, and a control’s is still known as such', () => {
    const names = new ThreadNames();
    expect(names.lane('primary', 'credit-default-risk', '7')).toBe('7 credit-defaul');
    expect(names.lane('control', 'credit-default-risk', '7')).toBe('7 credit-de ctl');
  });

  it('never end within a character', () => {
    const names = new ThreadNames();
    // Two bytes each: seven would fit but for the space and the version.
    expect(names.lane('primary', 'äöüäöüäöü', '7')).toBe('7 äöüäöü');
    // A flag is one character of two code points, four bytes each; a family is seven code points.
    expect(names.lane('primary', 'ab🇩🇪🇫🇷', '7')).toBe('7 ab🇩🇪');
    expect(names.lane('primary', '👩‍👩‍👧‍👦', '9')).toBe('9');
    expect(names.lane('primary', 'half \ud83d pair', '7')).toBe('7 half � pair');
  });

  it('differ where cutting would make them the same', () => {
    const names = new ThreadNames();
    const given = [
      names.lane('primary', 'credit-default-risk', '7'),
      names.lane('primary', 'credit-default-loss', '7'),
      names.lane('shadow', 'credit-default-loss', '7'),
      names.lane('control', 'credit-default-risk', '7'),
      names.lane('control', 'credit-default-loss', '7'),
      names.lane('primary', 'äöüäöüäöü', '7'),
      names.lane('primary', 'äöüäöüäöü2', '7'),
    ];
    expect(given).toEqual([
      '7 credit-defaul',
      '7 credit-defa~2',
      '7 credit-defa~3',
      '7 credit-de ctl',
      '7 credit- ctl~2',
      '7 äöüäöü',
      '7 äöüäö~2',
    ]);
  });

  it('stay apart and short however many there are', () => {
    const names = new ThreadNames();
    const given = Array.from({ length: 240 }, (_, index) =>
      names.lane(index % 3 === 0 ? 'control' : 'shadow', `modèle-très-long-${index}`, '12345678901234'),
    );
    expect(new Set(given).size).toBe(given.length);
    expect(given.filter((name) => bytesOf(name) > 15 || name.includes('�'))).toEqual([]);
  });

  it('can be had again once they are given back', () => {
    const names = new ThreadNames();
    expect(names.lane('shadow', 'fraud', '8')).toBe('8 fraud');
    expect(names.lane('primary', 'fraud', '8')).toBe('8 fraud~2');
    names.release('shadow', 'fraud', '8');
    expect(names.lane('primary', 'fraud', '8')).toBe('8 fraud~2');
    expect(names.lane('shadow', 'fraud', '8')).toBe('8 fraud');
  });
});
