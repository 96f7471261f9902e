import { writeVersions } from './mlp-versions.ts';
import { startPeerLife } from './peer-life.ts';
import { readPeerOptions } from './peer-options.ts';
import { startTee } from './tee-app.ts';

/** The obvious tee, in one process as it is written first. */
const { shadow } = readPeerOptions(process.argv[2]);
const life = startPeerLife();
const counts = { served: 0, shadowed: 0 };
const url = await startTee(await writeVersions(life), shadow, counts, () => counts);
process.stdout.write(`${url}\n`);
