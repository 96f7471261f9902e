import type { Report } from '../analysis/report/report.ts';
import type { DocumentFormat } from './document-format.ts';
import { markdownReport } from './markdown-report.ts';

/** The report as a whole document. */
export async function reportDocument(report: Report, format: DocumentFormat): Promise<string | Uint8Array> {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (format === 'markdown') return markdownReport(report);
  // Loaded when first asked for: DuckDB and the plotting library are large, and most reports are asked for as JSON.
  if (format === 'parquet') {
    const { parquetReport } = await import('./parquet-report.ts');
    return parquetReport(report);
  }
  const { htmlReport } = await import('./html-report.ts');
  return htmlReport(report);
}
