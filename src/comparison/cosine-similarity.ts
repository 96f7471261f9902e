/**
 * Cosine of the angle between two vectors, in [-1, 1]. Where there is no angle, what can be said all the same: 1 for two zero
 * vectors, which are the same answer; 0, nothing in common, for a zero vector beside another, and for vectors of different
 * dimensions, none of which could stand in for the other.
 */
export function cosineSimilarity(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  if (squaresA === 0 || squaresB === 0) return squaresA === squaresB ? 1 : 0;
  // Squares of floats are far from the limits of a double; rounding may carry the quotient past 1.
  return Math.max(-1, Math.min(1, dot / Math.sqrt(squaresA * squaresB)));
}
