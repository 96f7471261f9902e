import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder with freshly downloaded provider libraries, removed when it is disposed of. */
export interface Download extends AsyncDisposable {
  readonly folder: string;
}

/**
 * Has onnxruntime-node's own install script fetch the provider libraries. It runs from a copy, so that what it
 * writes can be looked at before it takes the place of anything: it writes piece by piece, and a server that
 * has the old libraries open would crash.
 *
 * @param packageFolder of onnxruntime-node
 * @throws with a sentence when it fails
 */
export async function downloadProviders(
  packageFolder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Download> {
  const stage = join(packageFolder, `.setup-cuda-${process.pid}`);
  const remove = (): Promise<void> => rm(stage, { recursive: true, force: true });
  try {
    await mkdir(stage, { recursive: true });
    await cp(join(packageFolder, 'script'), join(stage, 'script'), { recursive: true });
    const child = spawn(process.execPath, [join(stage, 'script', 'install.js')], {
      cwd: stage,
      stdio: 'inherit',
      env: installEnvironment(environment),
    });
    const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (status !== 0) {
      throw new Error(
        `onnxruntime-node's install script ended with ${signal ?? `status ${status}`}; what it says is above. Behind a proxy set HTTPS_PROXY; on a host without a network take the libraries from another machine with --from DIR`,
      );
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    folder: join(stage, 'bin', 'napi-v6', process.platform, process.arch),
    [Symbol.asyncDispose]: remove,
  };
}

/**
 * `true` and not `cuda12`: the script of 1.30 drops every value but `true` and `skip`, takes it for an install
 * without a wish, and does nothing when npm runs it. Its agent reads proxies under names of its own.
 */
function installEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const proxy = (name: string): string | undefined => environment[name] ?? environment[name.toLowerCase()];
  const proxies = {
    GLOBAL_AGENT_HTTP_PROXY: proxy('HTTP_PROXY') ?? proxy('HTTPS_PROXY'),
    GLOBAL_AGENT_HTTPS_PROXY: proxy('HTTPS_PROXY'),
    GLOBAL_AGENT_NO_PROXY: proxy('NO_PROXY'),
  };
  return { ...proxies, ...environment, ONNXRUNTIME_NODE_INSTALL: 'true' };
}
