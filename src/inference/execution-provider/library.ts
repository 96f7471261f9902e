import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where ONNX Runtime's own library lies: it loads its GPU providers from beside itself. */
export function bindingFolder(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(dirname(main)), 'bin', 'napi-v6', process.platform, process.arch);
}

/** File name of a provider that is a library of its own, as this platform calls it. */
export function providerFileName(
  provider: 'cuda' | 'tensorrt' | 'shared',
  platform = process.platform,
): string {
  return platform === 'win32'
    ? `onnxruntime_providers_${provider}.dll`
    : `libonnxruntime_providers_${provider}.so`;
}
