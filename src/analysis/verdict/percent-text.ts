/** A share as text: `4.2%`. */
export function percent(share: number, digits: number): string {
  return `${(share * 100).toFixed(digits)}%`;
}

/** A difference of shares in percentage points without its sign: `15.3`. */
export function unsignedPoints(difference: number): string {
  return Math.abs(difference * 100).toFixed(1);
}

/** A number with its sign, a true minus included: `+2.1`, `−15.3`, `0.0`. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}
