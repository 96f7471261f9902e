/** Confidences are counted in cells of this width: fine enough for distances, and few enough to travel. */
export const confidenceCells = 1000;

/** SQL for the cell of a confidence in [0, 1]. */
export function confidenceCellSql(confidence: string): string {
  return `CAST(least(${confidenceCells - 1}, greatest(0, floor(${confidence} * ${confidenceCells}))) AS SMALLINT)`;
}
