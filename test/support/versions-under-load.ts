import { Pool } from 'undici';
import { featuresOf, inferBody } from './traffic.ts';

/** One answer: by which version, to a request that was sent and answered when, in milliseconds of `performance.now`. */
export interface AnsweredRequest {
  readonly status: number;
  readonly version: string;
  readonly sentMs: number;
  readonly answeredMs: number;
}

/** A version that was primary for sure: no change of roles was under way from the one moment to the other. */
export interface CertainTime {
  readonly version: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sends requests on so many connections, each as soon as the one before is answered, until `work` is done, which sees them come. */
export async function underLoad(
  url: string,
  model: string,
  connections: number,
  work: (answered: readonly AnsweredRequest[]) => Promise<void>,
): Promise<AnsweredRequest[]> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const answered: AnsweredRequest[] = [];
  let isDone = false;
  const connection = async (index: number): Promise<void> => {
    for (let i = 0; !isDone; i++) {
      const body = inferBody([featuresOf(i)], { id: `c${index} r${i}` });
      const sentMs = performance.now();
      const answer = await pool.request({ method: 'POST', path: `/v2/models/${model}/infer`, body });
      const json = (await answer.body.json()) as { readonly model_version?: string };
      answered.push({
        ...{ status: answer.statusCode, version: json.model_version ?? JSON.stringify(json) },
        ...{ sentMs, answeredMs: performance.now() },
      });
    }
  };
  const all = Promise.all(Array.from({ length: connections }, (_, index) => connection(index)));
  try {
    await work(answered);
  } finally {
    isDone = true;
    await all;
    await pool.close();
  }
  return answered;
}

/** Answers to requests that were sent while one version was primary for sure, and that another one gave. */
export function wrongAnswers(
  answered: readonly AnsweredRequest[],
  certain: readonly CertainTime[],
): { readonly checked: number; readonly wrong: readonly AnsweredRequest[] } {
  let checked = 0;
  const wrong: AnsweredRequest[] = [];
  for (const answer of answered) {
    const time = certain.find(({ fromMs, toMs }) => answer.sentMs >= fromMs && answer.answeredMs <= toMs);
    if (!time) continue;
    checked++;
    if (answer.version !== time.version) wrong.push(answer);
  }
  return { checked, wrong };
}
