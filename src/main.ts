#!/usr/bin/env node
import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { demoCommand } from './cli/demo.ts';
import { doctorCommand } from './cli/doctor.ts';
import { labelCommand } from './cli/label.ts';
import { promoteCommand, rollbackCommand } from './cli/promote.ts';
import { replayCommand } from './cli/replay.ts';
import { reportCommand } from './cli/report.ts';
import { rolesCommand } from './cli/roles.ts';
import { serveCommand } from './cli/serve.ts';
import { shadowCommand } from './cli/shadow.ts';
import { sentenceOf } from './errors.ts';

const program = new Command('understudy')
  .description(packageJson.description)
  .version(packageJson.version)
  .showHelpAfterError('(add --help to see what there is)')
  .addCommand(serveCommand())
  .addCommand(reportCommand())
  .addCommand(replayCommand())
  .addCommand(labelCommand())
  .addCommand(rolesCommand())
  .addCommand(promoteCommand())
  .addCommand(rollbackCommand())
  .addCommand(shadowCommand())
  .addCommand(demoCommand())
  .addCommand(doctorCommand());

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
