import type { SecureContextOptions } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import { leastTls, type TlsContent } from '../serving/tls-files.ts';

/** A certificate that may be renewed while the server listens. Clients need none. */
export class RenewableCredentials extends ServerCredentials {
  constructor(content: TlsContent) {
    super({ requestCert: false }, contextOf(content));
  }

  /** Connections that begin from now on get it. */
  renew(content: TlsContent): void {
    this.updateSecureContextOptions(contextOf(content));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

function contextOf({ cert, key }: TlsContent): SecureContextOptions {
  return { cert: [cert], key: [key], minVersion: leastTls };
}
