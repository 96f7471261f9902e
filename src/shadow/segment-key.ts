/** `country=DE`: a segment as a key; no column has `=` in its name. */
export function segmentKey(column: string, value: string): string {
  return `${column}=${value}`;
}

export function segmentOf(key: string): { readonly column: string; readonly value: string } {
  const at = key.indexOf('=');
  return { column: key.slice(0, at), value: key.slice(at + 1) };
}
