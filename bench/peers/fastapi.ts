import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChildProgram } from './child-program.ts';
import { freePort } from './free-port.ts';
import { versions } from './mlp-versions.ts';
import { startPeerLife, temporaryFolder } from './peer-life.ts';
import { readPeerOptions } from './peer-options.ts';
import { findPython } from './python-program.ts';
import { waitForAnswer } from './wait-for-answer.ts';
import { writeWeights } from './write-weights.ts';

/** FastAPI under uvicorn, a worker process for each CPU, which run the MLP in numpy. */
const { shadow } = readPeerOptions(process.argv[2]);
const python = findPython();
const life = startPeerLife();
const folder = await temporaryFolder(life);
await writeWeights(join(folder, 'primary'), versions.primary);
await writeWeights(join(folder, 'shadow'), versions.shadow);
const port = await freePort();
const url = await startChildProgram(
  life,
  {
    command: python,
    arguments: [
      ...['-m', 'uvicorn', 'fastapi_service:app', '--app-dir', fileURLToPath(new URL('.', import.meta.url))],
      ...['--host', '127.0.0.1', '--port', String(port), '--workers', String(availableParallelism())],
      ...['--no-access-log', '--log-level', 'warning'],
    ],
    environment: {
      PEER_FOLDER: folder,
      PEER_SHADOW: shadow,
      PEER_VERSION: String(versions.primary),
      PYTHONDONTWRITEBYTECODE: '1',
    },
  },
  waitForAnswer(`http://127.0.0.1:${port}`, '/counts/served'),
);
process.stdout.write(`${url}\n`);
