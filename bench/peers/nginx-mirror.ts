import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChildProgram } from './child-program.ts';
import { freePort } from './free-port.ts';
import { versions, writeVersions } from './mlp-versions.ts';
import type { ModelServerOptions } from './model-server.ts';
import { nginxConf } from './nginx-conf.ts';
import { findNginx } from './nginx-program.ts';
import { startPeerLife } from './peer-life.ts';
import { readPeerOptions } from './peer-options.ts';
import { waitForAnswer } from './wait-for-answer.ts';

/**
 * Two servers of one model each, and nginx in front, which gives every request to the first and a copy to the second. Nobody
 * compares: with a shadow, both log their answers under nginx's id of the request, for whoever joins them later.
 */
const { shadow } = readPeerOptions(process.argv[2]);
const nginx = findNginx();
const life = startPeerLife();
const files = await writeVersions(life);
const mirrors = shadow !== 'off';

/** Resolves with its `host:port`. */
async function startModelServer(role: 'primary' | 'shadow'): Promise<string> {
  const options: ModelServerOptions = { model: files[role], version: versions[role], logs: mirrors };
  const script = fileURLToPath(new URL('./model-server.ts', import.meta.url));
  const url = await startChildProgram(life, {
    command: process.execPath,
    arguments: [script, JSON.stringify(options)],
  });
  return new URL(url).host;
}

const [primary, shadowed] = [await startModelServer('primary'), await startModelServer('shadow')];
const front = `127.0.0.1:${await freePort()}`;
const conf = join(files.folder, 'nginx.conf');
await writeFile(conf, nginxConf({ front, primary, shadow: shadowed }, mirrors));
const url = await startChildProgram(
  life,
  { command: nginx, arguments: ['-e', 'stderr', '-p', files.folder, '-c', conf] },
  waitForAnswer(`http://${front}`, '/counts/served'),
);
process.stdout.write(`${url}\n`);
