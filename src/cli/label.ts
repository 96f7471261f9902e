import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { nextLabels, type WorksheetFlags, worksheetFormats } from './label-next.ts';
import { sendLabels } from './send-labels.ts';
import { addServerOptions, type ServerFlags } from './server-client.ts';

interface LabelFlags extends ServerFlags, WorksheetFlags {
  readonly json?: boolean;
  readonly next?: boolean;
}

/** What has a meaning with `--next` only. */
const ofNext = ['shadow', 'limit', 'format', 'output'] as const;

export function labelCommand(): Command {
  const command = new Command('label')
    .description('send ground truth from a file to the running server, or ask which rows to label next')
    .usage('[options] <file>\n       understudy label --next [options]')
    .addArgument(
      new Argument(
        '[file]',
        'JSON lines {"id", "label", "timestamp"?, "row"?} (.jsonl), or CSV with a header id,label[,timestamp][,row]; or a worksheet of --next',
      ),
    );
  return addServerOptions(command)
    .option(
      '--json',
      'print {"accepted", "refused", "unlabelled"} instead of a sentence; with --next the whole answer',
    )
    .option('--next', 'list the disagreements whose labels would tell most')
    .option('--limit <n>', 'with --next: how many rows, 1 to 1000; 100 when left out', rowLimit)
    .option('--shadow <version>', 'with --next: the shadow to compare with; the first one when left out')
    .addOption(
      new Option('--format <format>', 'with --next: a table, or a worksheet with an empty column "label"')
        .choices([...worksheetFormats])
        .conflicts('json'),
    )
    .option(
      '--output <file>',
      'with --next: write to a file; its ending (.csv, .jsonl) may stand for --format',
    )
    .addHelpText(
      'after',
      '\nExit status: 0 all labels kept (those of a worksheet that are yet to be given do not count), 1 some lines refused or no server, 2 wrong use.',
    )
    .action((file: string | undefined, flags: LabelFlags) => label(command, file, flags));
}

async function label(command: Command, file: string | undefined, flags: LabelFlags): Promise<void> {
  if (flags.next) {
    if (file !== undefined) {
      command.error(`error: --next takes no file to read (${file}); name the file to write with --output`, {
        exitCode: 2,
      });
    }
    await nextLabels(flags);
    return;
  }
  if (file === undefined) command.error("error: missing required argument 'file'", { exitCode: 2 });
  const strange = ofNext.find((name) => flags[name] !== undefined);
  if (strange !== undefined)
    command.error(`error: option '--${strange}' is for --next only`, { exitCode: 2 });
  await sendLabels(file, flags);
}

function rowLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= 1000) return limit;
  throw new InvalidArgumentError('expected a whole number from 1 to 1000');
}
