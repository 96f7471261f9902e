import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLabelFile } from '../../src/log/parse-label-lines.ts';
import { temporaryDirectory } from './open-test-log.ts';

async function read(name: string, content: string | Uint8Array) {
  using directory = temporaryDirectory();
  const path = join(directory.path, name);
  writeFileSync(path, content);
  return await Array.fromAsync(readLabelFile(path));
}

describe('a file of labels in JSON lines', () => {
  it('is read line by line; empty lines, a byte order mark and CRLF do no harm', async () => {
    const lines = [
      '{"id": "r1", "label": 1}',
      '',
      '{"id": "r2", "label": ["a", "b"], "timestamp": "2026-11-23T04:00:00Z"}',
    ];
    expect(await read('labels.jsonl', `\ufeff${lines.join('\r\n')}`)).toEqual([
      { line: 1, label: { id: 'r1', label: 1 } },
      { line: 3, label: { id: 'r2', label: ['a', 'b'], timestamp: '2026-11-23T04:00:00Z' } },
    ]);
  });

  it('goes on after a bad line, which is named', async () => {
    const lines = [
      '{"id": "r1", "label": 1',
      '{"id": "r2"}',
      'null',
      '{"id": "r3", "label": 12345678901234567890}',
    ];
    expect(await read('labels.jsonl', lines.join('\n'))).toEqual([
      {
        line: 1,
        error: expect.stringMatching(
          /^Line 1 of labels\.jsonl: the line is not valid JSON: expected .* at byte 23/,
        ),
      },
      { line: 2, error: 'Line 2 of labels.jsonl has no label.' },
      { line: 3, error: expect.stringMatching(/^Line 3 of labels\.jsonl is null; it must be an object/) },
      { line: 4, label: { id: 'r3', label: '12345678901234567890' } },
    ]);
  });
});

describe('a file of labels in CSV', () => {
  it('has a header; what reads as a number is one, and what is empty is left out', async () => {
    const lines = [
      'id,label,timestamp,row',
      'r1,1.0,,',
      'r2,cat,2026-11-23T04:00:00Z,',
      '"r,3","two\nlines",,2',
      '',
      'r4,007,,',
      'r5,-2.5e1,,',
      'r6,12345678901234567890,,',
      'r7,True,,',
    ];
    expect(await read('labels.csv', `\ufeff${lines.join('\n')}\n`)).toEqual([
      { line: 2, label: { id: 'r1', label: 1 } },
      { line: 3, label: { id: 'r2', label: 'cat', timestamp: '2026-11-23T04:00:00Z' } },
      { line: 5, label: { id: 'r,3', label: 'two\nlines', row: 2 } },
      { line: 7, label: { id: 'r4', label: '007' } },
      { line: 8, label: { id: 'r5', label: -25 } },
      { line: 9, label: { id: 'r6', label: '12345678901234567890' } },
      { line: 10, label: { id: 'r7', label: 'True' } },
    ]);
  });

  it('may have its columns in any order, in capitals', async () => {
    expect(await read('labels.csv', 'Label, ID\n0, r1\n')).toEqual([
      { line: 2, label: { id: 'r1', label: 0 } },
    ]);
  });

  it('goes on after a bad line, which is named', async () => {
    expect(await read('labels.csv', 'id,label,row\nr1\n,1,\nr2,,\nr3,1,x\nr4,1,0\n')).toEqual([
      { line: 2, error: 'Line 2 of labels.csv has 1 value where the header has 3.' },
      { line: 3, error: 'Line 3 of labels.csv has no id; give the id of the request that the label is for.' },
      { line: 4, error: 'Line 4 of labels.csv has no label.' },
      { line: 5, error: 'Line 5 of labels.csv has "x" as row; it must be an integer from 0.' },
      { line: 6, label: { id: 'r4', label: 1, row: 0 } },
    ]);
  });

  it.each([
    ['', 'is empty; its first line must be id,label'],
    ['id;label\nr1;1\n', 'has the columns "id;label"; it must be id,label'],
    ['id,truth\nr1,1\n', 'has the columns "id", "truth"; it must be id,label'],
    ['id,label,id\nr1,1,r1\n', 'has the columns "id", "label", "id"; it must be id,label'],
    ['id,label\n"r1,1\n', 'is not valid CSV'],
    ['id,label\nr1,\u009b2J"\n', /is not valid CSV: Invalid Opening Quote: [ -~]+ at line 2$/],
    [`id,label\nr1,${'x'.repeat(5000)}"\n`, /is not valid CSV: Invalid Opening Quote: [ -~]{1,60}$/],
  ])('is refused as a whole when it is %j', async (content, sentence) => {
    await expect(read('labels.csv', content)).rejects.toThrow(sentence);
  });
});

describe('a worksheet', () => {
  it('in CSV may lack labels, and its other columns and guards are passed over', async () => {
    const lines = [
      'id,row,label,event_time,segments,features,why',
      `"'=r1","0","1","2026-11-23T04:00:00Z","country=BR","","small"`,
      `"r2","0","","2026-11-23T04:00:00Z","","",""`,
      `"'0012","3","cat","","","",""`,
    ];
    expect(await read('todo.csv', `\ufeff${lines.join('\n')}\n`)).toEqual([
      { line: 2, label: { id: '=r1', label: 1, row: 0 } },
      { line: 3, unlabelled: true },
      { line: 4, label: { id: '0012', label: 'cat', row: 3 } },
    ]);
  });

  it('in JSON lines is told by its context', async () => {
    const lines = [
      '{"id": "r1", "row": 0, "label": null, "context": {"why": "small"}}',
      '{"id": "r2", "row": 0, "label": 1, "context": {}}',
      '{"id": "r3", "row": 0, "label": null}',
      '{"id": "r4", "label": 1, "contxt": {}}',
    ];
    expect(await read('todo.jsonl', lines.join('\n'))).toEqual([
      { line: 1, unlabelled: true },
      { line: 2, label: { id: 'r2', label: 1, row: 0 } },
      { line: 3, error: expect.stringContaining('has null as label') },
      { line: 4, error: expect.stringContaining('has the unknown key "contxt"') },
    ]);
  });
});

describe('a file that is no file of labels', () => {
  it('is refused with a sentence', async () => {
    using directory = temporaryDirectory();
    const all = (path: string) => Array.fromAsync(readLabelFile(join(directory.path, path)));
    await expect(all('missing.jsonl')).rejects.toThrow(/missing\.jsonl cannot be read: ENOENT/);
    expect(() => readLabelFile('labels.parquet')).toThrow('it must end in .csv or .jsonl');
  });
});
