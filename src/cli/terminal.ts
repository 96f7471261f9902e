/** How wide and how colourful the terminal is; a file has no colours. */
export function terminal(output?: string): { color: boolean; width: number } {
  if (output !== undefined) return { color: false, width: 110 };
  return {
    color: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    width: Math.min(process.stdout.columns ?? 110, 110),
  };
}
