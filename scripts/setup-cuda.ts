import { Command } from 'commander';
import { sentenceOf } from '../src/errors.ts';
import { bindingFolder } from '../src/inference/execution-provider/library.ts';
import { setUpCuda } from './setup-cuda-steps.ts';
import { onnxRuntimePackage } from './setup-cuda-version.ts';

interface Flags {
  readonly from?: string;
  readonly force?: boolean;
  readonly verify: boolean;
}

const command = new Command('setup:cuda')
  .description(
    "installs ONNX Runtime's CUDA and TensorRT providers, checks driver, CUDA and cuDNN, and runs a session on CUDA",
  )
  .option(
    '--from <dir>',
    "take the provider libraries of the same ONNX Runtime version from this folder instead of downloading them: a mirror, a release archive, or onnxruntime/capi of Python's onnxruntime-gpu",
  )
  .option('--force', 'with --from: take libraries of another version, or of one that cannot be told')
  .option('--no-verify', 'install only; do not ask for a session on CUDA to run')
  .addHelpText(
    'after',
    '\nStatus 0: a session on CUDA ran (or --no-verify). Status 1: it did not, or the libraries cannot be had.',
  )
  .action(async ({ from, force, verify }: Flags) => {
    try {
      const works = await setUpCuda({
        from: from ?? null,
        force: force ?? false,
        verify,
        packageFolder: onnxRuntimePackage(),
        binding: bindingFolder(),
        write: (text) => process.stdout.write(text),
      });
      process.exitCode = works ? 0 : 1;
    } catch (error) {
      process.stderr.write(`setup:cuda: ${sentenceOf(error)}\n`);
      process.exitCode = 1;
    }
  });
await command.parseAsync();
