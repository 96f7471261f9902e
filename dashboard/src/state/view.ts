/** What is looked at; the address of the page holds it. Null is the server's own choice: the first shadow, all time. */
export interface View {
  readonly model: string;
  readonly shadow: string | null;
  /** ISO 8601: `from` is included, `to` is not. */
  readonly from: string | null;
  readonly to: string | null;
}

/** The query that the server's routes take for it. */
export function queryOf({ shadow, from, to }: View, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(more);
  for (const [name, value] of Object.entries({ shadow, from, to })) {
    if (value !== null) query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
