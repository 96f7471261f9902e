import { z } from 'zod';
import { type Datatype, datatypes } from '../../src/protocol/datatype.ts';

const names = Object.keys(datatypes) as [Datatype, ...Datatype[]];
const datatype = z.enum(names, {
  error: ({ input }) => `the datatype is ${String(input)}; requests can be made of ${names.join(', ')}`,
});
const tensor = z.object({ name: z.string(), datatype, shape: z.array(z.coerce.number()) });
const modelMetadataSchema = z.object({ name: z.string(), inputs: z.array(tensor).min(1) });
const serverMetadataSchema = z.object({ name: z.string(), version: z.string() });

export type ModelMetadata = z.infer<typeof modelMetadataSchema>;

/** What a model takes, as the server says. Throws with a sentence for people where it does not. */
export async function readModelMetadata(modelUrl: string): Promise<ModelMetadata> {
  const { status, text } = await ask(modelUrl);
  if (status !== 200)
    throw new Error(`${modelUrl} answered ${status} instead of the model's metadata: ${text}`);
  const parsed = modelMetadataSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${modelUrl} did not answer with metadata of the protocol: ${z.prettifyError(parsed.error)}`,
  );
}

/** Name and version of the server; null where it does not tell. */
export async function readServerMetadata(url: string): Promise<z.infer<typeof serverMetadataSchema> | null> {
  const { status, text } = await ask(`${url}/v2`);
  const parsed = serverMetadataSchema.safeParse(status === 200 ? jsonOf(text) : null);
  return parsed.success ? parsed.data : null;
}

async function ask(url: string): Promise<{ readonly status: number; readonly text: string }> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`no server answers at ${url}: ${cause}`);
  }
  return { status: response.status, text: (await response.text()).slice(0, 100_000) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no metadata either, and is refused as such.
    return null;
  }
}
