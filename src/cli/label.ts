import { Command } from 'commander';
import type { LabelInput } from '../log/label-input.ts';
import { readLabelFile } from '../log/parse-label-lines.ts';
import { addServerOptions, ask, modelOf, type ServerFlags } from './server-client.ts';

interface LabelFlags extends ServerFlags {
  readonly json?: boolean;
}

const labelsPerCall = 2000;

export function labelCommand(): Command {
  const command = new Command('label')
    .description('send ground truth from a file to the running server')
    .argument(
      '<file>',
      'JSON lines {"id", "label", "timestamp"?, "row"?} (.jsonl), or CSV with a header id,label[,timestamp][,row]',
    );
  return addServerOptions(command)
    .option('--json', 'print {"accepted", "refused"} instead of a sentence')
    .addHelpText('after', '\nExit status: 0 all labels kept, 1 some lines refused or no server, 2 wrong use.')
    .action(label);
}

async function label(file: string, flags: LabelFlags): Promise<void> {
  const url = new URL(`/v2/models/${encodeURIComponent(await modelOf(flags))}/labels`, flags.url).href;
  let accepted = 0;
  let refused = 0;
  let batch: LabelInput[] = [];
  let labels = 0;
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    const answer = await ask(url, { method: 'POST', body: JSON.stringify({ labels: batch }) });
    accepted += (answer as { accepted: number }).accepted;
    batch = [];
    labels = 0;
  };
  for await (const line of readLabelFile(file)) {
    if ('error' in line) {
      refused++;
      process.stderr.write(`${line.error}\n`);
      continue;
    }
    const more = countOf(line.label);
    // A line may bring a label for each row of a request, and a call takes only so many.
    if (labels + more > labelsPerCall) await send();
    batch.push(line.label);
    labels += more;
  }
  await send();
  if (refused > 0) process.exitCode = 1;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ accepted, refused })}\n`
      : `${accepted} labels kept${refused > 0 ? `, ${refused} lines refused` : ''}\n`,
  );
}

function countOf({ label }: LabelInput): number {
  return typeof label === 'object' ? label.length : 1;
}
