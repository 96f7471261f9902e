/**
 * What `Accept` likes best of the media types that are known: of those with the same weight the first that it names. What is not known here
 * is passed over, never answered with 406.
 */
export function acceptedType<Choice>(
  accept: string | undefined,
  known: Readonly<Record<string, Choice>>,
  leftOut: Choice,
): Choice {
  let best = { choice: leftOut, weight: 0 };
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    if (!Object.hasOwn(known, type)) continue;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    if (weight > best.weight) best = { choice: known[type]!, weight };
  }
  return best.choice;
}
