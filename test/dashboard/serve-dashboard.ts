import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

export interface DashboardPages extends AsyncDisposable {
  urlOf(model: string): string;
}

/** The dashboard as it is in the sources, in front of the server. */
export async function serveDashboard(serverUrl: string): Promise<DashboardPages> {
  const vite = await createServer({
    configFile: fileURLToPath(new URL('../../dashboard/vite.config.ts', import.meta.url)),
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, proxy: { '/v2': serverUrl } },
  });
  await vite.listen();
  const [url] = vite.resolvedUrls?.local ?? [];
  return {
    urlOf: (model) => `${url}?model=${model}`,
    [Symbol.asyncDispose]: () => vite.close(),
  };
}
