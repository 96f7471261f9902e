/** Labels that came since the server was started, by model: a report changes with them. */
export class LabelCount {
  readonly #counts = new Map<string, number>();

  of(model: string): number {
    return this.#counts.get(model) ?? 0;
  }

  /** @returns what was added */
  add(model: string, labels: number): number {
    this.#counts.set(model, this.of(model) + labels);
    return labels;
  }
}
