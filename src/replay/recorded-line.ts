import type { BodyForm } from '../inference/messages/request-batch.ts';
import type { Label } from '../log/label.ts';
import { labelsOf } from '../log/label-input.ts';
import { readId } from '../protocol/context-values.ts';
import { JsonReader } from '../protocol/json-reader.ts';
import { NameTable } from '../protocol/name-table.ts';

/** What a line of JSON says of itself; its tensors are left to the workers. */
export interface RecordedLine {
  readonly form: BodyForm;
  readonly body: Uint8Array;
  readonly labels: readonly Label[];
}

const keys = new NameTable(['id', 'label', 'features', 'inputs']);
const space = 0x20;

/**
 * A body of `/predict` or of `/v2/models/{model}/infer`, with a `label` beside it if there is one. The label is taken out
 * in place (its bytes become spaces), since a body may not have one.
 *
 * @param id of a line that has none
 * @throws UnderstudyError with a sentence where the line is no JSON object, or its id or label is not usable
 */
export function readRecordedLine(line: Buffer, id: string): RecordedLine {
  const reader = new JsonReader(line);
  let ownId: string | null = null;
  let label: { readonly value: unknown } | null = null;
  const seen = new Set<number>();
  /** Of the member before: where its comma is. */
  let comma = -1;
  for (let more = reader.enterObject(); more; ) {
    const key = reader.readKey(keys);
    const from = reader.keyAt;
    if (key === 0) ownId = readId(reader);
    else if (key === 1) {
      if (label !== null) throw reader.duplicateKey('label');
      label = { value: reader.readValue() };
    } else reader.skipValue();
    seen.add(key);
    const to = reader.position;
    more = reader.moreMembers();
    const after = reader.position;
    if (key === 1) {
      if (more) line.fill(space, from, after);
      else line.fill(space, comma === -1 ? from : comma, to);
    }
    // The comma after a label went with it: the one before still stands.
    if (more && key !== 1) comma = after - 1;
  }
  reader.expectEnd();
  const hasLabel = label !== null && label.value !== null;
  return {
    form: seen.has(3) && !seen.has(2) ? 'infer' : 'predict',
    body: line,
    labels: hasLabel ? labelsOf({ id: ownId ?? id, label: label?.value }, 'file', 'the line') : [],
  };
}
