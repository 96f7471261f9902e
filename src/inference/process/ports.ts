import { MessageChannel, MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { InstanceOptions } from '../model/loaded-model.ts';
import type { PortMessage } from './message.ts';

/** Splits the ports at the top level of the observer's options from what can cross to another process. */
export function takePorts(options: InstanceOptions): {
  readonly options: InstanceOptions;
  readonly ports: ReadonlyMap<string, MessagePort>;
} {
  const { observer } = options;
  const ports = new Map<string, MessagePort>();
  if (!isRecord(observer?.options)) return { options, ports };
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(observer.options)) {
    if (value instanceof MessagePort) ports.set(name, value);
    else rest[name] = value;
  }
  return { options: { ...options, observer: { url: observer.url, options: rest } }, ports };
}

/** Ports that stand in, in the process, for those of the relay. What is sent to them waits until it is collected. */
export class StandInPorts {
  readonly #received = new Map<string, MessagePort>();

  /** @returns the options as the observer expects them */
  putInto(options: InstanceOptions, portNames: readonly string[]): InstanceOptions {
    const { observer } = options;
    if (observer === null || portNames.length === 0) return options;
    const ports: Record<string, MessagePort> = {};
    for (const name of portNames) {
      const { port1, port2 } = new MessageChannel();
      ports[name] = port1;
      this.#received.set(name, port2);
    }
    const rest = isRecord(observer.options) ? observer.options : {};
    return { ...options, observer: { url: observer.url, options: { ...rest, ...ports } } };
  }

  /** Everything sent since the last call, port by port in the order it was sent. */
  collect(): PortMessage[] {
    const sent: PortMessage[] = [];
    for (const [portName, port] of this.#received) {
      for (let next = receive(port); next !== undefined; next = receive(port)) {
        sent.push({ portName, message: next.message });
      }
    }
    return sent;
  }
}

function receive(port: MessagePort): { readonly message: unknown } | undefined {
  return receiveMessageOnPort(port);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
