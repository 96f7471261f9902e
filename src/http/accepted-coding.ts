/**
 * The content coding that `Accept-Encoding` likes best of those there are, the first where it likes several the same; null where it
 * wants none, or does not say.
 */
export function acceptedCoding<Coding extends string>(
  accept: string | undefined,
  codings: readonly Coding[],
): Coding | null {
  if (accept === undefined || accept === '') return null;
  const weights = new Map<string, number>();
  for (const part of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name.replace(/^x-/, ''), quality === undefined ? 1 : Number(quality.slice(2)));
  }
  let best: Coding | null = null;
  let most = 0;
  for (const coding of codings) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0;
    if (weight > most) {
      best = coding;
      most = weight;
    }
  }
  // What it would rather have unpacked is sent so.
  return most >= (weights.get('identity') ?? 0) ? best : null;
}
