import { UnderstudyError } from '../errors.ts';
import { describeValue } from './describe-value.ts';
import { type FeaturePlan, featurePlanOf } from './feature-plan.ts';
import type { JsonReader } from './json-reader.ts';
import { counted, listed, quoted, shapeText } from './quoting.ts';
import { RowBuilder } from './row-builder.ts';
import type { ModelSignature } from './signature.ts';
import { modelText } from './signature-plan.ts';
import type { Tensor } from './tensor.ts';

/**
 * Reads `features` as the model's inputs: an object is one row, an array of objects is rows; for a model with one
 * input an array of values is one row and an array of such arrays is rows.
 *
 * Errors: INVALID_REQUEST, UNKNOWN_INPUT, MISSING_INPUT, DUPLICATE_NAME, WRONG_SHAPE, WRONG_LENGTH, WRONG_VALUE.
 */
export function readFeatures(reader: JsonReader, signature: ModelSignature): Tensor[] {
  return new FeatureReader(reader, signature).read();
}

class FeatureReader {
  readonly #reader: JsonReader;
  readonly #signature: ModelSignature;
  readonly #plan: FeaturePlan;
  readonly #builders: readonly RowBuilder[];
  /** For every feature, the last row it was seen in, counted from 1. */
  readonly #lastRow: Int32Array;
  #rows = 0;

  constructor(reader: JsonReader, signature: ModelSignature) {
    this.#reader = reader;
    this.#signature = signature;
    this.#plan = featurePlanOf(signature);
    this.#builders = this.#plan.inputs.map((input) => new RowBuilder(input));
    this.#lastRow = new Int32Array(this.#plan.features.length);
  }

  read(): Tensor[] {
    const reader = this.#reader;
    const kind = reader.peekKind();
    if (kind === 'object') this.#readObject();
    else if (kind === 'array' && this.#firstElementIsObject()) this.#readRows(() => this.#readObject());
    else if (kind === 'array' && this.#builders.length === 1) this.#readArrays();
    else throw this.#notFeatures();
    return this.#builders.map((builder) => builder.finish(this.#rows));
  }

  #readRows(readRow: () => void): void {
    const reader = this.#reader;
    for (let more = reader.enterArray(); more; more = reader.moreElements()) {
      if (this.#rows === 1 && !this.#plan.mayHaveManyRows) {
        throw new UnderstudyError(
          'WRONG_SHAPE',
          `"features" has more than one row; ${modelText(this.#signature)} takes one row at a time (${this.#shapes()}).`,
        );
      }
      readRow();
    }
  }

  /** One row as an object. */
  #readObject(): void {
    const reader = this.#reader;
    const { table, features, columns } = this.#plan;
    if (reader.peekKind() !== 'object') {
      throw new UnderstudyError(
        'INVALID_REQUEST',
        `features[${this.#rows}] is ${describeValue(reader)}; it must be an object, as the first row is.`,
      );
    }
    const row = this.#rows++;
    let found = 0;
    let whole = false;
    for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
      const index = reader.readKey(table);
      const feature = features[index];
      if (feature === undefined) throw this.#unknown(reader.text, row);
      if (this.#lastRow[index] === row + 1) {
        throw new UnderstudyError(
          'DUPLICATE_NAME',
          `The feature ${quoted(table.names[index]!)} of row ${row} is given twice; give it once.`,
        );
      }
      this.#lastRow[index] = row + 1;
      found++;
      const builder = this.#builders[feature.input]!;
      if (feature.column >= 0) builder.readColumn(reader, row, feature.column, feature.owner);
      else {
        builder.readRow(reader, row, feature.owner);
        whole = true;
      }
    }
    const wanted = columns === 0 ? features.length : columns;
    if (columns > 0 && whole ? found !== 1 : found !== wanted)
      throw this.#incomplete(row, columns > 0 && whole);
  }

  /** A model with one input: values are one row, arrays nested one level deeper are rows. */
  #readArrays(): void {
    const [input] = this.#plan.inputs;
    const [builder] = this.#builders;
    const owner = () => `Input ${quoted(input!.spec.name)}`;
    const readRow = () => {
      if (this.#reader.peekKind() !== 'array') {
        throw new UnderstudyError(
          'INVALID_REQUEST',
          `features[${this.#rows}] is ${describeValue(this.#reader)}; it must be an array, as the first row is.`,
        );
      }
      builder!.readRow(this.#reader, this.#rows++, owner);
    };
    if (input!.hasRows && this.#nestingDepth() === Math.max(input!.rowShape.length, 1) + 1)
      this.#readRows(readRow);
    else readRow();
  }

  /** How many arrays begin before the first value. */
  #nestingDepth(): number {
    const reader = this.#reader;
    const { position, depth } = reader;
    let levels = 0;
    while (reader.peekKind() === 'array') {
      levels++;
      if (!reader.enterArray()) break;
    }
    reader.returnTo(position, depth);
    return levels;
  }

  #firstElementIsObject(): boolean {
    const reader = this.#reader;
    const { position, depth } = reader;
    const isEmpty = !reader.enterArray();
    if (isEmpty) {
      throw new UnderstudyError('INVALID_REQUEST', '"features" is an empty array; give at least one row.');
    }
    const kind = reader.peekKind();
    reader.returnTo(position, depth);
    return kind === 'object';
  }

  #unknown(name: string, row: number): UnderstudyError {
    return new UnderstudyError(
      'UNKNOWN_INPUT',
      `${modelText(this.#signature)} has no feature ${quoted(name)}, which row ${row} gives; it takes ${this.#names()}.`,
    );
  }

  #incomplete(row: number, whole: boolean): UnderstudyError {
    const { table, columns } = this.#plan;
    const input = quoted(this.#signature.inputs[0]?.name ?? '');
    if (whole) {
      return new UnderstudyError(
        'DUPLICATE_NAME',
        `Row ${row} gives the whole input ${input} and some of its columns too; give one or the other.`,
      );
    }
    const wanted = columns === 0 ? table.names : table.names.slice(0, columns);
    const absent = wanted.filter((_, index) => this.#lastRow[index] !== row + 1);
    return new UnderstudyError(
      'MISSING_INPUT',
      `Row ${row} lacks the ${absent.length === 1 ? 'feature' : 'features'} ${listed(absent)}; ` +
        `${modelText(this.#signature)} takes ${this.#names()}.`,
    );
  }

  #notFeatures(): UnderstudyError {
    const single = this.#builders.length === 1 ? ', an array of numbers or an array of such arrays' : '';
    return new UnderstudyError(
      'INVALID_REQUEST',
      `"features" is ${describeValue(this.#reader)}; ${modelText(this.#signature)} takes an object of ` +
        `${counted(this.#plan.columns || this.#plan.features.length, 'feature')} or an array of such objects${single}.`,
    );
  }

  #names(): string {
    const { table, columns } = this.#plan;
    return listed(columns === 0 ? table.names : table.names.slice(0, columns));
  }

  #shapes(): string {
    return this.#signature.inputs.map((spec) => `${quoted(spec.name)} ${shapeText(spec.shape)}`).join(', ');
  }
}
