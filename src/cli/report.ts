import { Command, Option } from 'commander';
import type { Report } from '../analysis/report/report.ts';
import { type DocumentFormat, documentFormats } from '../presentation/document-format.ts';
import { reportDocument } from '../presentation/report-document.ts';
import { gateExitCode, gateHelp, gateText } from './report-gate.ts';
import { renderReport } from './report-table.ts';
import { addServerOptions, ask, modelOf, type ServerFlags } from './server-client.ts';
import {
  addStoredReportOptions,
  checkStoredReportOptions,
  reportOfLogs,
  type StoredReportFlags,
} from './stored-report.ts';
import { terminal } from './terminal.ts';
import { writeResult } from './write-result.ts';

interface ReportFlags extends ServerFlags, StoredReportFlags {
  readonly format: 'table' | DocumentFormat;
  readonly json?: boolean;
  readonly output?: string;
  readonly gate?: boolean;
}

export function reportCommand(): Command {
  const command = new Command('report').description(
    'how the shadow compares: verdict, segments, readiness, cost',
  );
  return addStoredReportOptions(addServerOptions(command))
    .option('--shadow <version>', 'the shadow to compare with; the first one when left out')
    .option('--from <time>', 'event time to start from, such as 2026-11-01T00:00:00Z')
    .option('--to <time>', 'event time to end before')
    .addOption(
      new Option(
        '--format <format>',
        'a table for the terminal, the object, a comment for a pull request, a page with plots, or a table for programs',
      )
        .choices(['table', ...documentFormats])
        .default('table'),
    )
    .addOption(new Option('--json', 'short for --format json').conflicts('format'))
    .option('--output <file>', 'write to a file instead of standard output')
    .option('--gate', 'exit with 0 only where the verdict is promote; the verdict goes to standard error')
    .addHelpText('after', gateHelp)
    .action(report);
}

async function report(flags: ReportFlags, command: Command): Promise<void> {
  checkStoredReportOptions(command);
  if (flags.format === 'parquet' && flags.output === undefined && process.stdout.isTTY) {
    command.error('error: a Parquet file is nothing for a terminal; say where with --output FILE', {
      exitCode: 2,
    });
  }
  const answer = await (flags.log === undefined
    ? askServer(flags)
    : reportOfLogs(flags.log, flags, (sentence) => process.stderr.write(`${sentence}\n`)));
  // Before anything is written: what holds no verdict is no result of a gate.
  const exitCode = flags.gate ? gateExitCode(answer) : 0;
  const format = flags.json ? 'json' : flags.format;
  const { output } = flags;
  if (format !== 'table') await writeResult(await reportDocument(answer, format), output);
  else await writeResult(renderReport(answer, terminal(output)), output);
  // The table on standard output begins with the verdict.
  if (flags.gate && !(format === 'table' && output === undefined)) process.stderr.write(gateText(answer));
  // A promotion on a log of which something was left out passes no gate.
  if (exitCode !== 0) process.exitCode = exitCode;
}

async function askServer(flags: ReportFlags): Promise<Report> {
  const url = new URL(`/v2/models/${encodeURIComponent(await modelOf(flags))}/report`, flags.url);
  for (const name of ['shadow', 'from', 'to'] as const) {
    const value = flags[name];
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return (await ask(url.href)) as Report;
}
