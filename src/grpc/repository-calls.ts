import type { ServerUnaryCall } from '@grpc/grpc-js';
import type { AdminDoor, Caller } from '../doors/admin-door.ts';
import { UnderstudyError } from '../errors.ts';
import type { RepositoryControl } from '../serving/repository-control.ts';

/** A call that is answered later, from a request message to a reply message, and not for everyone. */
export type AdminCall = (request: never) => Promise<object>;

interface ControlRequest {
  /** There is one repository, which has no name. */
  readonly repository_name: string;
  readonly model_name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Triton's model repository extension: the calls that change something, by the name of their method. */
export function repositoryCalls(repository: RepositoryControl): Readonly<Record<string, AdminCall>> {
  return {
    RepositoryModelLoad: async (request: ControlRequest) => {
      check(request, []);
      await repository.load(request.model_name);
      return {};
    },
    RepositoryModelUnload: async (request: ControlRequest) => {
      // Nothing depends on a model here, so it is true and false alike.
      check(request, ['unload_dependents']);
      await repository.unload(request.model_name);
      return {};
    },
  };
}

function check({ repository_name: name, parameters }: ControlRequest, allowed: readonly string[]): void {
  if (name !== '') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `there is no repository "${name.slice(0, 80)}"; the only one has no name`,
    );
  }
  const unknown = Object.keys(parameters).find((key) => !allowed.includes(key));
  if (unknown === undefined) return;
  const known = allowed.length === 0 ? 'none is' : `allowed is ${allowed.join(', ')}`;
  throw new UnderstudyError('INVALID_REQUEST', `unknown parameter "${unknown.slice(0, 80)}"; ${known}`);
}

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** @throws as `AdminDoor.check` does */
export function checkCaller(door: AdminDoor, call: ServerUnaryCall<unknown, unknown>): void {
  const header = (name: string): string | undefined => call.metadata.get(name)[0]?.toString();
  const caller: Caller = {
    // Address and port; those of IPv6 stand without brackets.
    address: call.getPeer().replace(/:\d+$/, ''),
    authorization: header('authorization'),
    isForwarded: forwarding.some((name) => header(name) !== undefined),
    host: call.getHost(),
  };
  door.check(caller);
}
