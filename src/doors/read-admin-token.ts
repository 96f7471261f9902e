import { readFile } from 'node:fs/promises';
import { sentenceOf } from '../errors.ts';

const leastCharacters = 16;

/**
 * The token that was given, or that a file holds; null where there is neither.
 *
 * @throws with a sentence, which never holds the token, where it cannot be used
 */
export async function readAdminToken(given: {
  readonly adminToken?: string;
  readonly adminTokenFile?: string;
}): Promise<string | null> {
  const { adminToken, adminTokenFile: file } = given;
  if (file === undefined) return adminToken === undefined ? null : checked(adminToken, 'the admin token');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`the file of the admin token cannot be read: ${sentenceOf(cause)}`, { cause });
  }
  return checked(text.trim(), `the admin token in ${file}`);
}

/** It has to fit into a header, and not to be guessed. */
function checked(token: string, what: string): string {
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new Error(
      `${what} has spaces or characters beyond ASCII; make another one, such as by "openssl rand -hex 32"`,
    );
  }
  if (token.length >= leastCharacters) return token;
  throw new Error(
    `${what} has ${token.length} characters, and ${leastCharacters} are the least; make one by "openssl rand -hex 32"`,
  );
}
