import type { Tensor } from '../../protocol/tensor.ts';
import type { Prediction } from './prediction.ts';
import { readClassifications } from './read-classifications.ts';
import { readEmbeddings } from './read-embeddings.ts';
import { readRankings } from './read-rankings.ts';
import { readRegressions } from './read-regressions.ts';
import type { OutputReading } from './reading.ts';

/**
 * Reads one prediction per row out of a request's outputs.
 *
 * @returns an empty array for an opaque reading
 */
export function readPredictions(outputs: readonly Tensor[], reading: OutputReading): Prediction[] {
  const named = (name: string | null): Tensor | null =>
    outputs.find((output) => output.name === name) ?? null;
  switch (reading.kind) {
    case 'opaque':
      return [];
    case 'regression':
      return readRegressions(named(reading.value));
    case 'classification':
      return readClassifications(named(reading.label), named(reading.scores), reading);
    case 'embedding':
      return readEmbeddings(named(reading.embedding));
    case 'ranking':
      return readRankings(named(reading.output), reading);
  }
}
