/** One event of a stream, as `text/event-stream` has it (HTML Living Standard, 9.2.6). */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Takes a stream of server-sent events apart, whatever the pieces that it comes in. Ids and `retry` are passed over: whoever reads
 * decides when to ask again.
 */
export class EventStreamParser {
  /** Of the last line, which has not ended yet: a report is one line, and comes in many pieces. */
  #rest: string[] = [];
  #name = '';
  #data: string[] = [];

  /** Events that are complete with this piece. */
  push(piece: string): StreamEvent[] {
    this.#rest.push(piece);
    if (!/[\r\n]/.test(piece)) return [];
    const lines = this.#rest.join('').split(/\r\n|\n|\r(?!$)/);
    this.#rest = [lines.pop()!];
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): StreamEvent[] {
    if (line === '') return this.#end();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#name = value;
    if (field === 'data') this.#data.push(value);
    return [];
  }

  #end(): StreamEvent[] {
    const event = { name: this.#name || 'message', data: this.#data.join('\n') };
    const isEmpty = this.#data.length === 0;
    this.#name = '';
    this.#data = [];
    return isEmpty ? [] : [event];
  }
}
