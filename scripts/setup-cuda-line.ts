/** One thing that was looked at. */
export interface SetupLine {
  readonly isFine: boolean;
  readonly what: string;
  readonly sentence: string;
  /** What a person can do about it; null where there is nothing to do. */
  readonly mend: string | null;
}

export function textOf({ isFine, what, sentence, mend }: SetupLine): string {
  return `${isFine ? 'ok    ' : 'not ok'}  ${what}: ${sentence}${mend === null ? '' : `\n        → ${mend}`}\n`;
}
