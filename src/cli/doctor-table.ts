import { type Finding, type Status, topics } from '../doctor/finding.ts';
import { harmless, type Page, pageOf, plainTable } from './report-table-text.ts';

const marks: Record<Status, string> = { ok: '✓', note: '·', warning: '!', problem: '✗' };

/** Findings for people: grouped by topic, each with its mark, and below it the mend. Ends in a newline. */
export function renderFindings(
  findings: readonly Finding[],
  options: { readonly color: boolean; readonly width: number },
): string {
  const page = pageOf(options);
  const groups = topics.flatMap((topic) => {
    const group = findings.filter((finding) => finding.topic === topic);
    if (group.length === 0) return [];
    return [[page.colors.bold(topic), ...group.map((finding) => lines(finding, page))].join('\n')];
  });
  return `\n${groups.join('\n\n')}\n\n${summary(findings, page)}\n`;
}

function lines({ status, sentence, mend }: Finding, page: Page): string {
  const mark = paint(page, status)(marks[status]);
  const rows = [[mark, harmless(sentence)]];
  if (mend !== null) rows.push(['', `→ ${harmless(mend)}`]);
  return plainTable({ rows, widths: [1, page.width - 7], wrap: true });
}

function summary(findings: readonly Finding[], page: Page): string {
  const tally = (status: Status, noun: string): string[] => {
    const n = findings.filter((finding) => finding.status === status).length;
    return n === 0 ? [] : [paint(page, status)(`${n} ${noun}${n === 1 ? '' : 's'}`)];
  };
  const tallies = [...tally('problem', 'problem'), ...tally('warning', 'warning'), ...tally('note', 'note')];
  return tallies.length === 0 ? paint(page, 'ok')('All is well') : tallies.join(', ');
}

function paint({ colors }: Page, status: Status): (text: string) => string {
  return { ok: colors.green, note: colors.cyan, warning: colors.yellow, problem: colors.red }[status];
}
