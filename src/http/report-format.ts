import { UnderstudyError } from '../errors.ts';

/** What a report can be had as. */
export type ReportFormat = 'json' | 'markdown' | 'html';

export const reportMediaTypes: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  markdown: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

const ofMediaType: Readonly<Record<string, ReportFormat>> = {
  'application/json': 'json',
  'text/markdown': 'markdown',
  'text/html': 'html',
  '*/*': 'json',
};

/**
 * The form that the query names, else the one that `Accept` likes best (a browser gets the page), else JSON. Of media
 * types with the same weight the first counts; what is not known here is passed over, never answered with 406.
 *
 * @throws UnderstudyError INVALID_QUERY
 */
export function reportFormat(asked: string | undefined, accept: string | undefined): ReportFormat {
  if (asked === undefined) return acceptedFormat(accept ?? '*/*');
  if (asked === 'json' || asked === 'markdown' || asked === 'html') return asked;
  throw new UnderstudyError('INVALID_QUERY', '"format" is json, markdown or html');
}

function acceptedFormat(accept: string): ReportFormat {
  let best: { readonly format: ReportFormat; readonly weight: number } = { format: 'json', weight: 0 };
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const format = Object.hasOwn(ofMediaType, type) ? ofMediaType[type] : undefined;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    if (format !== undefined && weight > best.weight) best = { format, weight };
  }
  return best.format;
}
