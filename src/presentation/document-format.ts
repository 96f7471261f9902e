/** What a report can be made into beside the table on a terminal. */
export const documentFormats = ['json', 'markdown', 'html', 'parquet'] as const;
export type DocumentFormat = (typeof documentFormats)[number];
