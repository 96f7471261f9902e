import { readdir } from 'node:fs/promises';

const ofALog = ['log.duckdb', 'lake'];

/**
 * A replay's report is about the replay: rows of another one, or of a server, would be mixed into it.
 *
 * @throws with a sentence where there is a log in the directory
 */
export async function refuseUsedDirectory(directory: string): Promise<void> {
  const there = await entriesOf(directory);
  const found = ofALog.find((name) => there.includes(name));
  if (found === undefined) return;
  throw new Error(
    `${directory} holds a log already (${found}), whose rows the report would count, too; give a new directory with --data, or several recordings to one replay`,
  );
}

async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
