import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { labelCommand } from './label.ts';
import { promoteCommand, rollbackCommand } from './promote.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { rolesCommand } from './roles.ts';
import { serveCommand } from './serve.ts';
import { shadowCommand } from './shadow.ts';

/** The command line, all of it. */
export function createProgram(): Command {
  return new Command('understudy')
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
}
