import { setImmediate } from 'node:timers/promises';
import { byteMutations, insertWord, spliceWith } from './byte-mutations.ts';
import { Corpus } from './corpus.ts';
import { blockCount, clearHits, readFeatures } from './coverage.ts';
import { oneOf, whole } from './draw.ts';
import { execute } from './execute.ts';
import { type Finding, type FuzzTarget, type Mutation, maxLengthOf } from './fuzz-target.ts';

export interface LoopOptions {
  readonly inputs: readonly Buffer[];
  readonly words: readonly string[];
  readonly random: () => number;
  readonly until: { readonly milliseconds: number; readonly executions: number };
  /** Told of every input before it is run. */
  readonly onInput: (input: Buffer) => void;
  /** Told now and then. */
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly executions: number;
  readonly seconds: number;
  /** Blocks that were entered, of those there are. */
  readonly coveredBlocks: number;
  readonly blocks: number;
  /** Blocks told apart by how often they were entered. */
  readonly features: number;
  readonly corpus: number;
  readonly corpusBytes: number;
}

export interface LoopResult {
  readonly progress: Progress;
  readonly finding: { readonly finding: Finding; readonly input: Buffer } | null;
  readonly distilled: readonly Buffer[];
}

const progressEveryMs = 2000;
const mostChanges = 6;

/** Runs the target on its inputs, then on changed ones, of which those are kept that reach something new; ends with the first finding. */
export async function fuzzLoop(target: FuzzTarget, options: LoopOptions): Promise<LoopResult> {
  const { inputs, random, until, onInput, onProgress } = options;
  const corpus = new Corpus(blockCount());
  const features = new Uint32Array(blockCount());
  const began = performance.now();
  let executions = 0;
  let found: LoopResult['finding'] = null;
  const progress = (): Progress => ({
    executions,
    seconds: (performance.now() - began) / 1000,
    coveredBlocks: corpus.coveredBlocks,
    blocks: corpus.blocks,
    features: corpus.features,
    corpus: corpus.size,
    corpusBytes: corpus.bytes,
  });
  const run = async (input: Buffer): Promise<void> => {
    onInput(input);
    clearHits();
    const finding = await execute(target, input);
    executions++;
    if (finding) found = { finding, input: Buffer.from(input) };
    else corpus.offer(input, features, readFeatures(features));
  };
  for (const input of inputs) {
    await run(input);
    if (found) break;
  }
  const change = changer(target, options.words, corpus, random);
  let toldAt = performance.now();
  while (!found && executions < until.executions) {
    // A clock at each input would cost as much as many an input.
    if (executions % 64 === 0) {
      const now = performance.now();
      if (now - began >= until.milliseconds) break;
      if (now - toldAt >= progressEveryMs) {
        toldAt = now;
        onProgress(progress());
        await setImmediate();
      }
    }
    await run(change(corpus.size === 0 ? oneOf(inputs, random) : corpus.choose(random)));
  }
  return { progress: progress(), finding: found, distilled: corpus.distilled() };
}

/** Makes a new input of one of the corpus, by one change or several on top of each other. */
function changer(
  target: FuzzTarget,
  words: readonly string[],
  corpus: Corpus,
  random: () => number,
): (input: Buffer) => Buffer {
  const dictionary = [...new Set([...(target.words ?? []), ...words])].map((word) => Buffer.from(word));
  const withWord = insertWord(dictionary);
  const own = target.mutations ?? [];
  const longest = maxLengthOf(target);
  const choose = (): Mutation => {
    const kind = random();
    if (own.length > 0 && kind < 0.5) return oneOf(own, random);
    if (kind < 0.7) return oneOf(byteMutations, random);
    return kind < 0.9 ? withWord : spliceWith(corpus.size === 0 ? Buffer.alloc(0) : corpus.any(random));
  };
  return (input) => {
    let changed = input;
    for (let times = 1 + whole(random, whole(random, mostChanges) + 1); times > 0; times--) {
      changed = choose()(changed, random) ?? changed;
    }
    return changed.length > longest ? changed.subarray(0, longest) : changed;
  };
}
