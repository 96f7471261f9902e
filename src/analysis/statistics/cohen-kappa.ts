/** How often one class was answered with another. */
export interface LabelPair {
  readonly primary: string;
  readonly shadow: string;
  readonly n: number;
}

/** Cohen's κ, agreement beyond chance, of a sparse confusion matrix; null where chance alone agrees always. Cohen 1960. */
export function cohenKappa(pairs: readonly LabelPair[]): number | null {
  const rows = new Map<string, number>();
  const columns = new Map<string, number>();
  let total = 0;
  let agreed = 0;
  for (const { primary, shadow, n } of pairs) {
    rows.set(primary, (rows.get(primary) ?? 0) + n);
    columns.set(shadow, (columns.get(shadow) ?? 0) + n);
    total += n;
    if (primary === shadow) agreed += n;
  }
  if (total === 0) return null;
  let chance = 0;
  for (const [label, count] of rows) chance += (count / total) * ((columns.get(label) ?? 0) / total);
  return chance === 1 ? null : (agreed / total - chance) / (1 - chance);
}
