import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { reserveBlocks } from './coverage.ts';
import { instrument } from './instrument.ts';

const counters = new URL('./coverage.ts', import.meta.url).href;

/**
 * From here on, modules whose URL begins with one of `prefixes` count the blocks that are entered. Returns the texts that stand in
 * them, which grows as they are loaded.
 */
export function instrumentImports(prefixes: readonly string[]): ReadonlySet<string> {
  const words = new Set<string>();
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.endsWith('.ts') || !prefixes.some((prefix) => url.startsWith(prefix))) {
        return nextLoad(url, context);
      }
      const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
      const instrumented = instrument(source, counters, reserveBlocks);
      for (const word of instrumented.words) words.add(word);
      return { format: 'module', source: instrumented.code, shortCircuit: true };
    },
  });
  return words;
}
