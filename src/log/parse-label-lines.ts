import { type FileHandle, open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { JsonReader } from '../protocol/json-reader.ts';
import { counted, listed } from '../protocol/quoting.ts';
import { type LabelInput, labelInputOf } from './label-input.ts';
import { fromSpreadsheetText } from './spreadsheet-text.ts';
import { worksheetColumns } from './worksheet-columns.ts';

/** One line of a label file: its label, the sentence that says what is wrong with it, or that its label is yet to be given. */
export type LabelLine =
  | { readonly line: number; readonly label: LabelInput }
  | { readonly line: number; readonly error: string }
  | { readonly line: number; readonly unlabelled: true };

const longestFault = 200;
const byteOrderMark = '\ufeff';
const csvColumns = ['id', 'label', 'timestamp', 'row'];
const contextColumns: readonly string[] = worksheetColumns;

/**
 * Reads ground truth from `.csv` (with a header of `id,label[,timestamp][,row]`) or `.jsonl`, one line at a
 * time, so that the file may be of any size. A bad line does not end it. In a worksheet (`worksheet-columns.ts`) a label
 * may be missing, and what stands beside it is passed over. Errors: INVALID_LABEL for a file that
 * cannot be read as a whole: an unknown form, a wrong header, a quote that is never closed.
 */
export function readLabelFile(path: string): AsyncIterable<LabelLine> {
  const extension = extname(path).toLowerCase();
  if (extension === '.csv') return readCsv(path);
  if (['.jsonl', '.ndjson', '.json'].includes(extension)) return readJsonLines(path);
  throw new UnderstudyError(
    'INVALID_LABEL',
    `The form of the file ${path} is not known from its name; it must end in .csv or .jsonl.`,
  );
}

async function* readJsonLines(path: string): AsyncGenerator<LabelLine> {
  const handle = await openFile(path);
  let line = 0;
  for await (const text of handle.readLines({ encoding: 'utf8' })) {
    line++;
    const json = line === 1 && text.startsWith(byteOrderMark) ? text.slice(1) : text;
    if (json.trim() === '') continue;
    yield labelLine(path, line, () => {
      const reader = new JsonReader(Buffer.from(json));
      const value = reader.readValue();
      reader.expectEnd();
      return worksheetLine(value);
    });
  }
}

async function* readCsv(path: string): AsyncGenerator<LabelLine> {
  const handle = await openFile(path);
  const stream = handle.createReadStream();
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  stream.on('error', (error) => parser.destroy(error));
  let header: string[] | null = null;
  try {
    for await (const { record, info } of stream.pipe(parser) as AsyncIterable<CsvRecord>) {
      if (header === null) header = checkHeader(path, record);
      else yield csvLine(path, info.lines, header, record);
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw invalid(`The file ${path} is not valid CSV: ${faultOf(error)}`, error);
    throw error;
  } finally {
    stream.destroy();
  }
  if (header === null)
    throw invalid(`The file ${path} is empty; its first line must be id,label[,timestamp][,row].`);
}

/** What csv-parse gives with the option `info`. */
interface CsvRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

function checkHeader(path: string, record: readonly string[]): string[] {
  const header = record.map((name) => name.toLowerCase());
  const strange = header.filter(
    (name, index) =>
      !(csvColumns.includes(name) || contextColumns.includes(name)) || header.indexOf(name) !== index,
  );
  if (strange.length === 0 && header.includes('id') && header.includes('label')) return header;
  throw invalid(
    `The header of ${path} has the columns ${listed(record)}; it must be id,label and may have timestamp and row besides, each once, separated by commas.`,
  );
}

function csvLine(
  path: string,
  line: number,
  header: readonly string[],
  record: readonly string[],
): LabelLine {
  if (record.length !== header.length) {
    const error = `Line ${line} of ${basename(path)} has ${counted(record.length, 'value')} where the header has ${header.length}.`;
    return { line, error };
  }
  const isWorksheet = header.some((name) => contextColumns.includes(name));
  const input: Record<string, unknown> = {};
  for (const [index, name] of header.entries()) {
    const text = record[index] ?? '';
    if (contextColumns.includes(name)) continue;
    if (isWorksheet && name === 'id') input.id = fromSpreadsheetText(text);
    else if (text !== '') input[name] = name === 'label' || name === 'row' ? typedValue(text) : text;
  }
  return labelLine(path, line, () => (isWorksheet && input.label === undefined ? yetToBeGiven : input));
}

/**
 * CSV has no types: what reads as a number is one, so that `1.0` means the class `1` and a regression has its
 * value. An integer that a double cannot hold stays text, which is the same label.
 */
function typedValue(text: string): string | number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) || /^[+-]?0\d/.test(text)) return text;
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}

const yetToBeGiven = Symbol('a line of a worksheet whose label is empty');

/** A line with a `context` is of a worksheet: without it, or told that its label is yet to be given. */
function worksheetLine(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('context' in value)) return value;
  const { context: _, ...input } = value;
  const label = 'label' in input ? input.label : null;
  return label === null || label === '' ? yetToBeGiven : input;
}

function labelLine(path: string, line: number, read: () => unknown): LabelLine {
  const where = `Line ${line} of ${basename(path)}`;
  try {
    const input = read();
    if (input === yetToBeGiven) return { line, unlabelled: true };
    return { line, label: labelInputOf(input, where) };
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    const sentence = sentenceOf(error);
    return {
      line,
      error: sentence.startsWith(where) ? sentence : `${where}: ${sentence.replace(/^The body/, 'the line')}`,
    };
  }
}

/** What is wrong and where, without the value, which may be of any length and hold anything. */
function faultOf(error: CsvError): string {
  return sentenceOf(error)
    .split(/[,:]? value is /)[0]!
    .slice(0, longestFault);
}

async function openFile(path: string): Promise<FileHandle> {
  const handle = await open(path).catch((error) => {
    throw invalid(`The file ${path} cannot be read: ${sentenceOf(error)}.`, error);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw invalid(`${path} is no file; give a .jsonl or .csv file of labels.`);
}

function invalid(sentence: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError('INVALID_LABEL', sentence, { cause });
}
