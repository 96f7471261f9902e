import { type Command, InvalidArgumentError } from 'commander';
import { sentenceOf } from '../errors.ts';

/** Commands beside a running server ask the server: its log is open in its process only. */
export interface ServerFlags {
  readonly url: string;
  readonly model?: string;
}

export function addServerOptions(command: Command): Command {
  return command
    .option('--url <url>', 'the running server', serverUrl, 'http://127.0.0.1:8000')
    .option('--model <name>', 'the model; may be left out when there is only one');
}

/** @throws with the server's own sentence when it refuses */
export async function ask(url: string, init?: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    const why = cause instanceof Error && cause.cause ? sentenceOf(cause.cause) : sentenceOf(cause);
    throw new Error(
      `no server answers at ${new URL(url).origin} (${why}); start one with "npm start", or say --url`,
      { cause },
    );
  }
  const body = await jsonOf(response);
  if (response.ok) return body;
  const sentence =
    typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : response.statusText;
  throw new Error(`the server answered ${response.status}: ${sentence}`);
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new Error(
      `what answers at ${new URL(response.url).origin} (status ${response.status}) gives no JSON, so it is no Understudy server; say another with --url`,
      { cause },
    );
  }
}

function serverUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new InvalidArgumentError('expected a URL such as http://127.0.0.1:8000');
}

/** The model that was named, or the only one there is. */
export async function modelOf({ url, model }: ServerFlags): Promise<string> {
  if (model !== undefined) return model;
  const index = (await ask(new URL('/', url).href)) as { models?: readonly { name: string }[] };
  if (index.models === undefined) {
    throw new Error(`what answers at ${new URL(url).origin} is no Understudy server; say another with --url`);
  }
  if (index.models.length === 1) return index.models[0]!.name;
  const names = index.models.map(({ name }) => name).join(', ');
  throw new Error(names === '' ? 'the server has no model' : `say which model with --model: ${names}`);
}
