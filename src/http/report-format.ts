import { UnderstudyError } from '../errors.ts';
import { acceptedType } from './accepted-type.ts';

/** What a report can be had as. */
export const reportFormats = ['json', 'markdown', 'html', 'parquet'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export const reportMediaTypes: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  markdown: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

const ofMediaType: Readonly<Record<string, ReportFormat>> = {
  'application/json': 'json',
  'text/markdown': 'markdown',
  'text/html': 'html',
  'application/vnd.apache.parquet': 'parquet',
  '*/*': 'json',
};

/**
 * The form that the query names, else the one that `Accept` likes best (a browser gets the page), else JSON.
 *
 * @throws UnderstudyError INVALID_QUERY
 */
export function reportFormat(asked: string | undefined, accept: string | undefined): ReportFormat {
  if (asked === undefined) return acceptedType(accept, ofMediaType, 'json');
  const format = reportFormats.find((one) => one === asked);
  if (format !== undefined) return format;
  throw new UnderstudyError('INVALID_QUERY', '"format" is json, markdown, html or parquet');
}
