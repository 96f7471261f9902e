import type { LabelInput } from '../log/label-input.ts';
import { readLabelFile } from '../log/parse-label-lines.ts';
import { ask, modelOf, type ServerFlags } from './server-client.ts';

const labelsPerCall = 2000;

/** Sends a file of labels in calls of a bounded size; what is wrong with a line is said on standard error. */
export async function sendLabels(
  file: string,
  flags: ServerFlags & { readonly json?: boolean },
): Promise<void> {
  const url = new URL(`/v2/models/${encodeURIComponent(await modelOf(flags))}/labels`, flags.url).href;
  let accepted = 0;
  let refused = 0;
  let unlabelled = 0;
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
    if ('unlabelled' in line) {
      unlabelled++;
      continue;
    }
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
  const sentence = [
    `${accepted} labels kept`,
    ...(refused > 0 ? [`${refused} lines refused`] : []),
    ...(unlabelled > 0 ? [`${unlabelled} not labelled yet`] : []),
  ].join(', ');
  process.stdout.write(
    flags.json ? `${JSON.stringify({ accepted, refused, unlabelled })}\n` : `${sentence}\n`,
  );
}

function countOf({ label }: LabelInput): number {
  return typeof label === 'object' ? label.length : 1;
}
