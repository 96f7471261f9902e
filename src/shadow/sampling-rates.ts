/** With which probability each request is sampled, before what the governor takes away. */
export interface SamplingRates {
  /** @param cells of the request's notice: which rows are in which segments */
  rateOf(cells: string): number;
  /** Share of the present traffic that the rates come to. */
  readonly share: number;
}

/** The same for every request. */
export function uniformRates(rate: number): SamplingRates {
  return { share: rate, rateOf: () => rate };
}
