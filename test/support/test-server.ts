import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Report } from '../../src/analysis/report/report.ts';
import type { AdminDoorOptions } from '../../src/doors/admin-door.ts';
import type { Logger } from '../../src/logger.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server.ts';
import type { ThreadPlanOptions } from '../../src/threads/thread-plan.ts';

/** One line that the server logged. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly details: object;
  readonly message: string;
}

/** A real server on a free port over a model repository in a temporary folder, and the ways to talk to it. */
export interface TestServer extends AsyncDisposable {
  readonly server: RunningServer;
  readonly url: string;
  readonly directory: string;
  readonly logged: readonly LogLine[];
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  report(model: string, query?: string): Promise<Report>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly json: any;
}

export interface TestServerOptions {
  /** Path within the repository, such as `fraud/7/model.onnx`, to what the file holds. */
  readonly models: Readonly<Record<string, Uint8Array | string>>;
  readonly bodyLimitBytes?: number;
  /** Whether it serves gRPC, too, on a free port. */
  readonly grpc?: boolean;
  readonly limits?: ServerOptions['limits'];
  readonly tls?: ServerOptions['tls'];
  /** Starts over this folder instead of a new one, and leaves it there at the end. */
  readonly directory?: string;
  readonly threads?: ThreadPlanOptions;
  readonly otlpEndpoint?: string;
  readonly admin?: AdminDoorOptions;
  /** Never looked at when left out. */
  readonly watchIntervalMs?: number;
  /** Folder of the built dashboard; the package's own when left out. */
  readonly dashboard?: string;
  /** Of this machine; loopback when left out. */
  readonly host?: string;
}

/**
 * Shadows run like any other thread: beside other tests an idle one may not run for seconds, so that requests would miss their
 * deadline. That shadows are idle where nothing else is said is for `threads/server-threads.test.ts` to see.
 */
const patient: ThreadPlanOptions = { shadowYielding: 'never', cpuSets: {} };

export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'understudy-test-')));
  await mkdir(join(directory, 'models'), { recursive: true });
  for (const [path, content] of Object.entries(options.models)) {
    await mkdir(dirname(join(directory, 'models', path)), { recursive: true });
    await writeFile(join(directory, 'models', path), content);
  }
  const logged: LogLine[] = [];
  const server = await startServer({
    models: join(directory, 'models'),
    data: join(directory, 'data'),
    host: options.host ?? '127.0.0.1',
    httpPort: 0,
    grpcPort: options.grpc ? 0 : null,
    bodyLimitBytes: options.bodyLimitBytes ?? 8 * 1024 * 1024,
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.tls ? { tls: options.tls } : {}),
    logger: recordingLogger(logged),
    threads: options.threads ?? patient,
    otlpEndpoint: options.otlpEndpoint ?? null,
    watchIntervalMs: options.watchIntervalMs ?? null,
    ...(options.admin ? { admin: options.admin } : {}),
    ...(options.dashboard ? { dashboard: options.dashboard } : {}),
  });
  await server.loaded;
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${server.url}${path}`, init);
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      json: isJson ? JSON.parse(bytes.toString()) : undefined,
    };
  };
  return {
    server,
    url: server.url,
    directory,
    logged,
    get: (path) => ask(path),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers,
        body:
          typeof body === 'string'
            ? body
            : body instanceof Uint8Array
              ? Buffer.from(body)
              : JSON.stringify(body),
      }),
    put: (path, body) => ask(path, { method: 'PUT', body: JSON.stringify(body) }),
    async report(model, query = '') {
      await server.settle(5000);
      await server.flush();
      const answer = await ask(`/v2/models/${model}/report${query}`);
      if (answer.status !== 200) throw new Error(`no report: ${answer.bytes.toString()}`);
      return answer.json as Report;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

function recordingLogger(lines: LogLine[]): Logger {
  const record =
    (level: LogLine['level']) =>
    (details: object, message: string): void => {
      lines.push({ level, details, message });
    };
  return { info: record('info'), warn: record('warn'), error: record('error') };
}
