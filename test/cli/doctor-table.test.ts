import { describe, expect, it } from 'vitest';
import { renderFindings } from '../../src/cli/doctor-table.ts';
import type { Finding } from '../../src/doctor/finding.ts';

const finding = (
  topic: Finding['topic'],
  status: Finding['status'],
  sentence: string,
  mend: string | null = null,
) => ({
  ...{ topic, status, sentence, mend },
});

describe('the findings for people', () => {
  it('are grouped by topic, in the order of the topics, each with its mark and mend', () => {
    const findings = [
      finding('port', 'problem', 'Port 8000 is taken', 'say another'),
      finding('node', 'ok', 'Node runs this'),
      finding('port', 'note', 'It is old'),
    ];
    expect(renderFindings(findings, { color: false, width: 80 })).toBe(
      [
        ...['', 'node', '  ✓  Node runs this', ''],
        ...['port', '  ✗  Port 8000 is taken', '     → say another', '  ·  It is old', ''],
        ...['1 problem, 1 note', ''],
      ].join('\n'),
    );
  });

  it.each([
    [['ok', 'ok'], 'All is well'],
    [['warning', 'ok', 'warning'], '2 warnings'],
    [['problem', 'warning', 'problem', 'note', 'note'], '2 problems, 1 warning, 2 notes'],
  ] as const)('%j sum up to "%s"', (statuses, summary) => {
    const findings = statuses.map((status) => finding('disk', status, 'x'));
    const text = renderFindings(findings, { color: false, width: 80 });
    expect(text.trimEnd().split('\n').at(-1)).toBe(summary);
  });

  it('are wrapped to the terminal and cannot steer it', () => {
    const long = finding('models', 'warning', `a\u001b[2Jb ${'word '.repeat(60)}`, 'mend '.repeat(40));
    const text = renderFindings([long], { color: false, width: 70 });
    expect(text).not.toContain('\u001b');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(70);
  });

  it('are coloured where the terminal is', () => {
    const text = renderFindings([finding('disk', 'problem', 'x')], { color: true, width: 80 });
    expect(text).toContain('\u001b[31m✗');
    expect(text).toContain('\u001b[31m1 problem');
  });
});
