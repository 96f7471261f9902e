/**
 * Columns of a worksheet beside those of a label file: what helps a person to find the truth. They are written by
 * `label --next` and passed over when the file is read back. In JSON lines they are the key `context`.
 */
export const worksheetColumns = ['event_time', 'segments', 'features', 'why'] as const;
