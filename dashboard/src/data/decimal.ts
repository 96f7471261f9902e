/** `0.715`, `−0.034`: with a true minus. */
export function decimal(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', '−');
}
