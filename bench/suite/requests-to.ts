import { anyInputs, type InputChoice } from '../inputs/input-choice.ts';
import { openInputRows } from '../inputs/input-rows.ts';
import { requestsFor } from '../inputs/requests-for.ts';
import type { LoadRequest } from '../load-plan.ts';
import { readModelMetadata } from '../perf/model-metadata.ts';
import { tryRequest } from '../perf/try-request.ts';

export interface WantedRequests extends Partial<Pick<InputChoice, 'shapes' | 'ranges'>> {
  readonly model: string;
  readonly batchSize: number;
  readonly binary: boolean;
  readonly seed: number;
}

export interface AddressedRequests {
  readonly address: string;
  readonly requests: readonly LoadRequest[];
}

/** Random requests to a model of a server, made of its metadata; one of them has been answered. */
export async function requestsTo(url: string, wanted: WantedRequests): Promise<AddressedRequests> {
  const { model, batchSize, binary, seed, shapes = new Map(), ranges = new Map() } = wanted;
  const choice = { ...anyInputs, shapes, ranges };
  const { inputs } = await readModelMetadata(`${url}/v2/models/${model}`);
  const rows = await openInputRows(choice, seed);
  const requests = requestsFor(inputs, { ...choice, batchSize, rows, binary });
  const address = `${url}/v2/models/${model}/infer`;
  await tryRequest(address, requests[0]!);
  return { address, requests };
}
