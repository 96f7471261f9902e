import { findProgram } from './find-program.ts';

/** The path of nginx. Throws what `missingNginx` says where there is none. */
export function findNginx(folders?: readonly string[]): string {
  const nginx = findProgram(['nginx'], folders);
  if (nginx === null) throw new Error('nginx is not installed; on Debian and Ubuntu: apt-get install nginx');
  return nginx;
}
