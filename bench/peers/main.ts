import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { LoadGenerator } from '../load-generator.ts';
import { features } from '../models/tabular-mlp.ts';
import { peers, understudy } from './contenders.ts';
import { measurePeers } from './measure-peers.ts';
import { peersTable } from './peers-table.ts';

/** Understudy beside what people would use instead: a small MLP, JSON, one row, 32 connections in a closed loop. */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    'warm-up-seconds': { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
  },
});
const [seconds, rounds, warmUpSeconds] = [values.seconds, values.rounds, values['warm-up-seconds']].map(
  Number,
) as [number, number, number];
const connections = 32;
const row = Array.from({ length: features }, (_, i) => Math.round(Math.sin(i + 1) * 1e4) / 1e4);
const body = JSON.stringify({
  inputs: [{ name: 'x', shape: [1, features], datatype: 'FP32', data: row }],
});
const contenders = [...peers, understudy].filter(({ name }) => name.includes(values.only));

using generator = new LoadGenerator();
const plan = { contenders, body, connections, rounds, seconds, warmUpSeconds };
const result = await measurePeers(plan, generator, (progress) => process.stderr.write(`${progress}\n`));
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; JSON, 1 row × ${features} FP32, ${connections} connections, ` +
    `median of ${rounds} rounds of ${seconds} s, load generator on the same machine\n${peersTable(result)}\n`,
);
