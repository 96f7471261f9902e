import type { Report } from '../analysis/report/report.ts';
import type { DocumentFormat } from './document-format.ts';
import { markdownReport } from './markdown-report.ts';

/** The report as a whole document. */
export async function reportDocument(report: Report, format: DocumentFormat): Promise<string> {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (format === 'markdown') return markdownReport(report);
  // Loaded when first asked for: the plotting library is large, and most reports are read by programs.
  const { htmlReport } = await import('./html-report.ts');
  return htmlReport(report);
}
