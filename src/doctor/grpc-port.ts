import { Client, credentials } from '@grpc/grpc-js';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { sentenceOf } from '../errors.ts';
import { inferenceServiceName, messageCodec } from '../grpc/messages.ts';
import type { PortFacts } from './ask-port.ts';
import type { Finding } from './finding.ts';
import { askedAddress, type PortPlace, type PortUse, portUseFinding, tryListening } from './listening.ts';

export type GrpcPortFacts =
  | PortUse
  | { readonly kind: 'understudy'; readonly address: string; readonly version: string };

const answerMs = 5_000;
const metadata = z.object({ name: z.string(), version: z.string() });
const topic = 'port';

export async function askGrpcPort(host: string, port: number): Promise<GrpcPortFacts> {
  const failure = await tryListening(host, port);
  if (failure === null) return { kind: 'free' };
  if (failure.code !== 'EADDRINUSE') return { kind: 'refused', ...failure };
  const address = askedAddress(host, port);
  try {
    const { name, version } = await serverMetadata(address);
    if (name === packageJson.name) return { kind: 'understudy', address, version };
    return { kind: 'taken', by: `a server that calls itself ${name}` };
  } catch (error) {
    return {
      kind: 'taken',
      by: `something that does not answer gRPC as an Understudy would (${sentenceOf(error)})`,
    };
  }
}

/** @param http what was found on the HTTP port: a server that listens there has this port, or another one, or none */
export function grpcPortFindings(facts: GrpcPortFacts, place: PortPlace, http: PortFacts): Finding[] {
  const isServerThere = http.kind === 'understudy';
  if (facts.kind === 'understudy') {
    const { address, version } = facts;
    if (isServerThere) {
      return [{ topic, status: 'ok', sentence: `An Understudy answers gRPC on ${address}`, mend: null }];
    }
    const by = `an Understudy (${version}) whose HTTP port is another one`;
    return [portUseFinding({ kind: 'taken', by }, place)];
  }
  if (isServerThere && facts.kind === 'free' && place.port !== 0) {
    const sentence = `It does not answer gRPC on port ${place.port}: that one is free`;
    const mend = 'where gRPC is wanted, see which --grpc-port it was started with, and say it here';
    return [{ topic, status: 'note', sentence, mend }];
  }
  return [portUseFinding(facts, place)];
}

async function serverMetadata(address: string): Promise<z.output<typeof metadata>> {
  const client = new Client(address, credentials.createInsecure());
  try {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const asIs = (bytes: Buffer): Buffer => bytes;
    client.makeUnaryRequest(
      `/${inferenceServiceName}/ServerMetadata`,
      asIs,
      asIs,
      Buffer.alloc(0),
      { deadline: Date.now() + answerMs },
      (error, answer) => (error || !answer ? reject(error ?? new Error('no answer')) : resolve(answer)),
    );
    return metadata.parse(messageCodec('ServerMetadataResponse').decode(await promise));
  } finally {
    client.close();
  }
}
