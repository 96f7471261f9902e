import { UnderstudyError } from '../errors.ts';
import type { Prediction } from '../inference/outputs/prediction.ts';
import { JsonWriter } from './json-writer.ts';
import type { NumericData } from './tensor.ts';

export interface PredictReply {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  /** One per row. */
  readonly predictions: readonly Prediction[];
}

/** Encoding never yields, so one writer serves the whole thread. */
const writer = new JsonWriter();

/**
 * Encodes the reply of `/predict`: `{"label","confidence","probabilities"}` for every row of a classification,
 * `{"value"}` for every row of a regression, `{"embedding": […]}` of an embedding, `{"items": […]}` of a ranking. A label or
 * an item that is a whole number is a JSON number. Probabilities are an
 * object by class name where the names are known, else an array in the model's order.
 *
 * Errors: OUTPUT_NOT_JSON where a row holds NaN or an infinity.
 */
export function encodePredictReply(reply: PredictReply, classNames: readonly string[] | null): Uint8Array {
  writer.reset();
  writer.raw('{"id":');
  writer.string(reply.id);
  writer.raw(',"model":');
  writer.string(reply.model);
  writer.raw(',"version":');
  writer.string(reply.version);
  writer.raw(',"predictions":[');
  reply.predictions.forEach((prediction, row) => {
    if (row > 0) writer.raw(',');
    if (!prediction.finite) throw notJson(row);
    if (prediction.vector !== undefined) {
      writer.raw('{"embedding":[');
      writeVector(prediction.vector);
      writer.raw(']');
    } else if (prediction.items !== undefined) {
      writer.raw('{"items":[');
      writeItems(prediction.items);
      writer.raw(']');
    } else if (prediction.label === null) {
      writer.raw('{"value":');
      writeNumber(prediction.value, row);
    } else {
      writer.raw('{"label":');
      writeName(prediction.label);
      writer.raw(',"confidence":');
      writeNumber(prediction.confidence, row);
      writer.raw(',"probabilities":');
      writeProbabilities(prediction.probabilities, classNames, row);
    }
    writer.raw('}');
  });
  writer.raw(']}');
  return writer.copyOut();
}

function writeVector(vector: NumericData): void {
  for (let index = 0; index < vector.length; index++) {
    const value = vector[index]!;
    if (index > 0) writer.raw(',');
    if (typeof value === 'bigint') writer.bigint(value);
    else if (vector instanceof Float32Array) writer.single(value);
    else writer.double(value);
  }
}

function writeItems(items: readonly string[]): void {
  items.forEach((item, index) => {
    if (index > 0) writer.raw(',');
    writeName(item);
  });
}

/** A class or an item. */
function writeName(text: string): void {
  if (isWholeNumber(text)) writer.raw(text);
  else writer.string(text);
}

function writeProbabilities(
  probabilities: readonly number[] | null,
  classNames: readonly string[] | null,
  row: number,
): void {
  if (probabilities === null) {
    writer.raw('null');
    return;
  }
  const named = classNames !== null && classNames.length === probabilities.length;
  writer.raw(named ? '{' : '[');
  for (let index = 0; index < probabilities.length; index++) {
    if (index > 0) writer.raw(',');
    if (named) {
      writer.string(classNames[index]!);
      writer.raw(':');
    }
    writeNumber(probabilities[index]!, row);
  }
  writer.raw(named ? '}' : ']');
}

function writeNumber(value: number | null, row: number): void {
  if (value === null) writer.raw('null');
  else if (Number.isFinite(value)) writer.double(value);
  else throw notJson(row);
}

/** The canonical text of an integer that a double holds exactly: `7` and `-1`, not `07`, `+1` or `1e3`. */
function isWholeNumber(text: string): boolean {
  return /^(?:0|-?[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
}

function notJson(row: number): UnderstudyError {
  return new UnderstudyError(
    'OUTPUT_NOT_JSON',
    `The prediction of row ${row} holds NaN or an infinity, which JSON cannot carry; ` +
      'ask /v2/models/…/infer for the outputs as binary data ("binary_data": true).',
  );
}
