import type { ServerDuplexStream } from '@grpc/grpc-js';
import { idOfGrpcRequest } from '../protocol/scan-grpc-request.ts';
import { type CallContext, contextOf, type GiveUp, type InferDoor, submitMessage } from './infer-call.ts';
import { type CallStatus, statusOfReply, statusOfThrown } from './status.ts';
import { streamError, streamReply } from './stream-reply.ts';

/** Requests of one stream that may be under way; the next is read when one of them is answered. */
const mostUnderWay = 64;

/** A place in the order of the answers. */
interface Slot {
  /** Null until its answer is there. */
  reply: Buffer | null;
  giveUp: GiveUp | null;
}

/**
 * One call of `ModelStreamInfer`: requests come one after the other and are answered in their order, each with a reply
 * or an error of its own. A client that does not read its answers is not read from either.
 */
export class InferStream {
  readonly #call: ServerDuplexStream<Buffer, Buffer>;
  readonly #door: InferDoor;
  readonly #onDefect: (error: unknown) => void;
  readonly #slots: Slot[] = [];
  readonly #context: CallContext;
  /** The answers that were written wait for the client to read them. */
  #isBlocked = false;
  #hasEnded = false;
  /** How the call ends when all that was taken is answered. */
  #end: CallStatus | null = null;

  /** @throws UnderstudyError for metadata that cannot be used */
  constructor(call: ServerDuplexStream<Buffer, Buffer>, door: InferDoor, onDefect: (error: unknown) => void) {
    this.#call = call;
    this.#door = door;
    this.#onDefect = onDefect;
    const said = contextOf(call, 'ModelStreamInfer');
    // Its requests share what the metadata of the call says, but for the id.
    this.#context = { ...said, context: said.context && { ...said.context, id: null } };
    call.on('data', (message: Buffer) => this.#take(message));
    call.on('end', () => {
      this.#hasEnded = true;
      this.#flush();
    });
    call.on('drain', () => {
      this.#isBlocked = false;
      this.#flush();
    });
    call.once('cancelled', () => {
      for (const { giveUp } of this.#slots.splice(0)) giveUp?.();
    });
    call.on('close', () => this.#slots.splice(0));
  }

  /** Takes nothing more, and ends the call when all that it has taken is answered. */
  endWith(status: CallStatus): void {
    this.#end = status;
    this.#flush();
  }

  #take(message: Buffer): void {
    if (this.#end) return;
    const slot: Slot = { reply: null, giveUp: null };
    this.#slots.push(slot);
    const settle = (reply: Buffer): void => {
      slot.reply = reply;
      this.#flush();
    };
    try {
      slot.giveUp = submitMessage(this.#door, message, this.#context, (answer) =>
        settle(
          answer.status === 200
            ? streamReply(answer.body)
            : streamError(statusOfReply(answer).details, idOfGrpcRequest(message)),
        ),
      );
    } catch (error) {
      settle(streamError(statusOfThrown(error, this.#onDefect).details, idOfGrpcRequest(message)));
    }
    this.#steer();
  }

  #flush(): void {
    const call = this.#call;
    while (!this.#isBlocked && this.#slots[0]?.reply) {
      this.#isBlocked = !call.write(this.#slots.shift()!.reply!);
    }
    if (this.#slots.length === 0) this.#finish();
    this.#steer();
  }

  #finish(): void {
    const call = this.#call;
    if (call.writableEnded || call.destroyed) return;
    if (this.#end) call.emit('error', this.#end);
    else if (this.#hasEnded) call.end();
  }

  /** Reads on, or waits. */
  #steer(): void {
    const mayRead = !this.#end && !this.#isBlocked && this.#slots.length < mostUnderWay;
    if (mayRead) this.#call.resume();
    else this.#call.pause();
  }
}
