import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabelLine, readLabelFile } from '../../src/log/parse-label-lines.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { asyncOutcomeOf, checkSentence } from '../oracles/refusal.ts';

const directory = mkdtempSync(join(tmpdir(), 'understudy-fuzz-'));
process.once('exit', () => void rm(directory, { recursive: true, force: true }));

/** Files of labels; the first byte says whether they are CSV or lines of JSON. */
export const target: FuzzTarget = {
  seeds: [
    'cid,label,timestamp,row\nr1,1,2026-11-23T15:11:00Z,0\n"r,2","a ""b""",,\n\nr3,1.0e2,,1\n',
    'c\ufeffID,Label\r\nr1,007\r\nr2,9007199254740993\r\n',
    'j{"id":"r1","label":1}\n{"id":"r2","label":["a",true]}\r\n\n{"id":"r3","label":null,"context":{}}\n{"label":2}',
  ],
  words: ['"id":', ',"label":', '\n{', 'id,label\n', '""', '\r\n'],
  async run(input) {
    const path = join(directory, input[0] === 0x63 ? 'labels.csv' : 'labels.jsonl');
    writeFileSync(path, input.subarray(1));
    const outcome = await asyncOutcomeOf(() => Array.fromAsync(readLabelFile(path)));
    if (outcome.kind === 'decoded') checkLines(outcome.value);
  },
};

function checkLines(lines: readonly LabelLine[]): void {
  let last = 0;
  for (const one of lines) {
    if (one.line <= last) throw new Error(`line ${one.line} comes after line ${last}`);
    last = one.line;
    if ('error' in one) checkSentence(one.error);
  }
}
