export interface CapturedInput {
  readonly name: string;
  /** As it was captured: a value, or a list of values. */
  readonly text: string;
}

/**
 * The inputs of a row as they were captured, one each: the parts of a JSON object `{input: value | [values]}`. The digits are those of
 * the text, since an integer beyond 2^53 would lose some as a number. Text that is no such object is given back whole, as one part
 * without a name.
 */
export function capturedInputs(features: string): CapturedInput[] {
  const digits: string[] = [];
  try {
    const parsed: unknown = JSON.parse(features, (_, value: unknown, context?: { source?: string }) => {
      if (typeof value !== 'number') return value;
      // Where the engine does not tell the source, the number's own text is the next best.
      return new Digits(digits.push(context?.source ?? String(value)) - 1);
    });
    if (parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed)) {
      return Object.entries(parsed).map(([name, value]) => ({ name, text: textOf(value, digits) }));
    }
  } catch {
    return [{ name: '', text: features }];
  }
  return [{ name: '', text: features }];
}

/** A number by its place among those that were read. */
class Digits {
  readonly place: number;

  constructor(place: number) {
    this.place = place;
  }
}

function textOf(value: unknown, digits: readonly string[]): string {
  if (value instanceof Digits) return digits[value.place] ?? '';
  if (Array.isArray(value)) return value.map((part) => textOf(part, digits)).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
