import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { TargetName } from './target-list.ts';

function fileOf(name: TargetName): URL {
  return new URL(`./corpus/${name}.jsonl`, import.meta.url);
}

/** Inputs that together reach all that was reached: a JSON text in a line, a character for each byte. */
export function readCorpus(name: TargetName): Buffer[] {
  if (!existsSync(fileOf(name))) return [];
  const lines = readFileSync(fileOf(name), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => Buffer.from(JSON.parse(line), 'latin1'));
}

/** The shortest come first. */
export function writeCorpus(name: TargetName, inputs: readonly Buffer[]): void {
  const lines = [...inputs]
    .sort((a, b) => a.length - b.length || a.compare(b))
    .map((input) => printable(JSON.stringify(input.toString('latin1'))));
  writeFileSync(fileOf(name), lines.map((line) => `${line}\n`).join(''));
}

function printable(json: string): string {
  return json.replace(/[\u007f-\u00ff]/g, (byte) => `\\u00${byte.charCodeAt(0).toString(16)}`);
}
