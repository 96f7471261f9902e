import type { LoadRequest } from '../load-plan.ts';
import { type ElementKind, elementKind } from './element.ts';
import type { InputRows } from './input-rows.ts';
import type { ModelMetadata } from './model-metadata.ts';
import { requestShape } from './request-shape.ts';

export interface RequestForm {
  readonly batchSize: number;
  /** By input, for one row: see `requestShape`. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly rows: InputRows;
  readonly binary: boolean;
}

/** Bytes of all requests of a point together; where rows are large there are fewer. */
const mostBytes = 64 * 1024 * 1024;

/** Different requests that go through the rows in turn. Throws with a sentence for people where the model cannot be asked so. */
export function requestsFor(metadata: ModelMetadata, form: RequestForm): LoadRequest[] {
  const unknown = [...form.shapes.keys()].find((name) =>
    metadata.inputs.every((input) => input.name !== name),
  );
  if (unknown !== undefined) {
    throw new Error(
      `--shape names ${unknown}; inputs of ${metadata.name} are ${metadata.inputs.map(({ name }) => name).join(', ')}`,
    );
  }
  const requests: LoadRequest[] = [];
  let bytes = 0;
  for (let row = 0; row < form.rows.count; row += form.batchSize) {
    const request = requestFor(metadata, form, row);
    bytes += request.body.length;
    if (bytes > mostBytes && requests.length > 0) break;
    requests.push(request);
  }
  return requests;
}

function requestFor(metadata: ModelMetadata, form: RequestForm, firstRow: number): LoadRequest {
  const inputs = metadata.inputs.map((input) => {
    const { shape, elementsPerRow, rows } = requestShape(input, form.batchSize, form.shapes.get(input.name));
    const data = Array.from({ length: rows }, (_, i) =>
      form.rows.elements(input.name, input.datatype, firstRow + i, elementsPerRow),
    ).flat();
    return { name: input.name, datatype: input.datatype, shape, data };
  });
  if (!form.binary) {
    return { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ inputs })) };
  }
  const parts = inputs.map(({ name, datatype, data }) => rawElements(elementKind(datatype, name), data));
  const head = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(({ data: _, ...tensor }, i) => ({
        ...tensor,
        parameters: { binary_data_size: parts[i]!.length },
      })),
      parameters: { binary_data_output: true },
    }),
  );
  return {
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(head.length),
    },
    body: Buffer.concat([head, ...parts]),
  };
}

/** Little-endian, row-major; BYTES with four bytes of length before each. */
function rawElements(kind: ElementKind, data: readonly unknown[]): Buffer {
  const sizes = data.map((value) => kind.bytes ?? 4 + Buffer.byteLength(String(value)));
  const raw = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 0));
  let offset = 0;
  for (const [i, value] of data.entries()) {
    kind.write(raw, offset, value);
    offset += sizes[i]!;
  }
  return raw;
}
