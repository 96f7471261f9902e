import type { handleUnaryCall, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { UnderstudyError } from '../errors.ts';
import { ProtobufReader } from '../protocol/protobuf-reader.ts';
import { quoted } from '../protocol/quoting.ts';
import { inferenceServiceName } from './messages.ts';
import { statusOfThrown } from './status.ts';

const serving = 1;
const notServing = 2;

const asIs = (bytes: Buffer): Buffer => bytes;

/** gRPC's own health checking protocol, which probes of Kubernetes and load balancers speak: `Check`; no `Watch`. */
export const healthDefinition: ServiceDefinition = {
  Check: {
    path: '/grpc.health.v1.Health/Check',
    ...{ requestStream: false, responseStream: false },
    ...{
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  },
};

/** @param onDefect told of what no caller is to blame for */
export function healthImplementation(
  state: { readonly isReady: boolean },
  onDefect: (error: unknown) => void,
): UntypedServiceImplementation {
  const check: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
    try {
      checkService(serviceIn(call.request));
      // HealthCheckResponse: its only field is the status, a number.
      callback(null, Buffer.of(0x08, state.isReady ? serving : notServing));
    } catch (error) {
      callback(statusOfThrown(error, onDefect));
    }
  };
  return { Check: check };
}

/** The only field of HealthCheckRequest; empty for the server as a whole. */
function serviceIn(request: Buffer): string {
  const reader = new ProtobufReader(request);
  let service = '';
  while (reader.next()) {
    if (reader.field === 1) service = reader.text(() => 'The service');
    else reader.skip();
  }
  return service;
}

function checkService(service: string): void {
  if (service === '' || service === inferenceServiceName) return;
  throw new UnderstudyError(
    'NOT_FOUND',
    `there is no service ${quoted(service)}; there is ${inferenceServiceName}, and the empty name for the server`,
  );
}
