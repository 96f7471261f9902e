import { Command } from 'commander';
import type { Report } from '../analysis/report.ts';
import { renderReport } from './report-table.ts';
import { addServerOptions, ask, modelOf, type ServerFlags } from './server-client.ts';
import {
  addStoredReportOptions,
  checkStoredReportOptions,
  reportOfLogs,
  type StoredReportFlags,
} from './stored-report.ts';

interface ReportFlags extends ServerFlags, StoredReportFlags {
  readonly json?: boolean;
}

export function reportCommand(): Command {
  const command = new Command('report').description(
    'how the shadow compares: verdict, segments, readiness, cost',
  );
  return addStoredReportOptions(addServerOptions(command))
    .option('--shadow <version>', 'the shadow to compare with; the first one when left out')
    .option('--from <time>', 'event time to start from, such as 2026-11-01T00:00:00Z')
    .option('--to <time>', 'event time to end before')
    .option('--json', 'print the report object as it is')
    .action(report);
}

async function report(flags: ReportFlags, command: Command): Promise<void> {
  checkStoredReportOptions(command);
  const answer = await (flags.log === undefined
    ? askServer(flags)
    : reportOfLogs(flags.log, flags, (sentence) => process.stderr.write(`${sentence}\n`)));
  if (flags.json) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  else process.stdout.write(renderReport(answer, terminal()));
}

async function askServer(flags: ReportFlags): Promise<Report> {
  const url = new URL(`/v2/models/${encodeURIComponent(await modelOf(flags))}/report`, flags.url);
  for (const name of ['shadow', 'from', 'to'] as const) {
    const value = flags[name];
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return (await ask(url.href)) as Report;
}

/** How wide and how colourful the terminal is. */
export function terminal(): { color: boolean; width: number } {
  return {
    color: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    width: Math.min(process.stdout.columns ?? 110, 110),
  };
}
