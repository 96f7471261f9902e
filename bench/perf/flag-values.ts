import { InvalidArgumentError } from 'commander';
import { type InputRange, parseInputRange } from '../inputs/input-range.ts';

// Parsers of commander: what they throw is told beside the flag it stands at.

export function whole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const bounds = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${bounds}.`);
  };
}

export function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

export function percentile(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 100) return value;
  throw new InvalidArgumentError('It must be above 0 and below 100, such as 99.');
}

export function batchSizes(text: string): number[] {
  return text.split(',').map(whole(1));
}

/** `name:3,224,224`, once for each input. */
export function shape(
  text: string,
  before: ReadonlyMap<string, readonly number[]> = new Map(),
): Map<string, readonly number[]> {
  const colon = text.lastIndexOf(':');
  const name = text.slice(0, colon);
  if (colon < 1) throw new InvalidArgumentError('It must be name:dimensions, such as image:3,224,224.');
  if (before.has(name)) throw new InvalidArgumentError(`Input ${name} has a shape already.`);
  return new Map([
    ...before,
    [
      name,
      text
        .slice(colon + 1)
        .split(',')
        .map(whole(1)),
    ],
  ]);
}

/** `name:low,high`, once for each input. */
export function inputRange(
  text: string,
  before: ReadonlyMap<string, InputRange> = new Map(),
): Map<string, InputRange> {
  const [name, range] = parseInputRange(text);
  if (before.has(name)) throw new InvalidArgumentError(`Input ${name} has a range already.`);
  return new Map([...before, [name, range]]);
}

export function origin(text: string): string {
  const url = new URL(httpUrl(text));
  if (url.pathname !== '/' || url.search !== '') {
    throw new InvalidArgumentError('It must be a server without a path, such as localhost:8000.');
  }
  return url.origin;
}

export function httpUrl(text: string): string {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme))
    throw new InvalidArgumentError('It is no URL, such as http://localhost:8000.');
  if (new URL(withScheme).protocol !== 'http:') throw new InvalidArgumentError('Only http:// is measured.');
  return withScheme;
}
