import { describe, expect, it } from 'vitest';
import { instrument } from '../../fuzz/engine/instrument.ts';

/** Runs the module's `f` on the arguments: what it returned, and how often each block was entered. */
async function run(source: string, ...args: readonly unknown[]): Promise<{ value: unknown; hits: number[] }> {
  const { code } = instrument(
    source,
    'data:text/javascript,export const hits = new Uint8Array(99)',
    () => 10,
  );
  const url = `data:text/javascript,${encodeURIComponent(`${code}\nexport { __hits };`)}#${Math.random()}`;
  const { f, __hits } = await import(/* @vite-ignore */ url);
  __hits.fill(0);
  return { value: f(...args), hits: Array.from(__hits as Uint8Array).slice(10) };
}

describe('an instrumented module', () => {
  it.each([
    ['if without else', 'export function f(a) { if (a) if (a > 1) return 2; return 0 }', [0], 0],
    [
      'if and else',
      'export function f(a) { if (a) return 1; else if (a === 0) return 2; else return 3 }',
      [0],
      2,
    ],
    ['arrow of an object', 'export const f = (a) => ({ a })', [1], { a: 1 }],
    ['arrow of a sequence', 'export const f = (a) => (a, a ? () => a : null)', [0], null],
    ['arrow in a choice', 'const g = (a) => a ? () => a : null; export const f = (a) => g(a)()', [5], 5],
    [
      'loops without braces',
      'export function f(n) { let s = 0; for (let i = 0; i < n; i++) s += i; while (n--) s++; do s++; while (s < 0); return s }',
      [3],
      7,
    ],
    [
      'cases',
      'export function f(a) { switch (a) { case 1: case 2: { return "two" } default: return "other" } }',
      [1],
      'two',
    ],
    ['and, or, ??', 'export const f = (a, b) => (a && b) || (a ?? b)', [0, 7], 0],
    ['defaults', 'export function f({ a = 2, b: [c = a] = [] } = {}) { return a + c }', [], 4],
    ['catch', 'export function f() { try { throw 1 } catch { return 2 } finally { } }', [], 2],
    [
      'classes',
      'class A { #x = 1; get x() { return this.#x } static s() { return new this().x } } class B extends A { constructor() { super() } } export const f = () => B.s()',
      [],
      1,
    ],
    [
      'generators',
      'function* g(a) { const b = a ? yield 1 : 2; return b } export const f = (a) => [...g(a)]',
      [1],
      [1],
    ],
  ])('does what it did: %s', async (_, source, args, expected) => {
    expect((await run(source, ...args)).value).toEqual(expected);
  });

  it('counts each block as often as it was entered', async () => {
    const source =
      'export function f(n) { for (let i = 0; i < n; i++) { if (i > 1) continue } return n && 1 }';
    const { hits } = await run(source, 5);
    expect(hits.filter((count) => count > 0).sort()).toEqual([1, 1, 2, 3, 5]);
  });

  it('keeps its lines, and tells the texts that are in it', () => {
    const { code, words } = instrument(
      'const a = "x";\nconst b = `y\u0024{a}z`;\nexport default a ? b : 1;',
      'file:///c',
      () => 0,
    );
    expect(code.split('\n')).toHaveLength(3);
    expect(words).toEqual(['x', 'y', 'z']);
  });
});
