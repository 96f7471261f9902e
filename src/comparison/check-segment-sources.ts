import type { SegmentSource } from '../config/deployment.ts';
import type { ModelSignature, TensorSpec } from '../protocol/signature.ts';

/**
 * Segments that could never get a value are refused when the model is loaded, not left empty.
 *
 * @throws with a sentence that says what the model has
 */
export function checkSegmentSources(
  sources: Readonly<Record<string, SegmentSource>>,
  { inputs }: ModelSignature,
): void {
  for (const [name, { input, column = 0, bins }] of Object.entries(sources)) {
    if (input === undefined) continue;
    const spec = inputs.find((candidate) => candidate.name === input);
    const where = `the deployment takes segment "${name}" from input "${input}"`;
    if (!spec) {
      throw new Error(`${where}; the model has ${inputs.map((known) => `"${known.name}"`).join(', ')}`);
    }
    const width = widthOf(spec);
    if (column >= width) throw new Error(`${where}, column ${column}; its columns are 0 to ${width - 1}`);
    if (bins && spec.datatype === 'BYTES')
      throw new Error(`${where} with bins; bins are for numbers, it holds texts`);
  }
}

/** Values per row; unbounded where a dimension is dynamic. */
function widthOf({ shape }: TensorSpec): number {
  const perRow = shape.slice(1);
  return perRow.includes(-1) ? Number.POSITIVE_INFINITY : perRow.reduce((width, size) => width * size, 1);
}
