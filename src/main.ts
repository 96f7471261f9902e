#!/usr/bin/env node
import { createProgram } from './cli/program.ts';
import { sentenceOf } from './errors.ts';

const program = createProgram();
// 0 for help and version, 2 for wrong use; a command that fails says 1.
for (const command of [program, ...program.commands]) {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}
try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
