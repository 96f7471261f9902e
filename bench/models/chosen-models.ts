import type { BenchModel } from './catalogue.ts';

/** Those that `--only` names, separated by commas; all for an empty text. Throws where a name is unknown. */
export function chosenModels(models: readonly BenchModel[], only: string): readonly BenchModel[] {
  if (only === '') return models;
  const wanted = only.split(',');
  const unknown = wanted.find((name) => models.every((model) => model.name !== name));
  if (unknown !== undefined) {
    throw new Error(
      `--only names ${unknown === '' ? 'an empty name' : unknown}; there are ${models.map(({ name }) => name).join(', ')}`,
    );
  }
  return models.filter(({ name }) => wanted.includes(name));
}
