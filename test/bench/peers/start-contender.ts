import { peers } from '../../../bench/peers/contenders.ts';

/** Starts the peer of this name and prints its process id; a process to be killed, so that the peer has lost its parent. */
const peer = peers.find(({ name }) => name === process.argv[2])!;
const server = await peer.start('100%');
process.stdout.write(`${server.pid}\n`);
