import { SingleBar } from 'cli-progress';
import type { Played } from '../replay/player.ts';

/** Sentences beyond this many are counted only. */
const toldRefusals = 100;

const written = (n: number): string => Math.round(n).toLocaleString('en-US');
const several = (n: number, noun: string): string => `${written(n)} ${noun}${n === 1 ? '' : 's'}`;

/** What a replay says while it plays; a bar only where somebody looks. */
export class ReplayProgress {
  readonly #stream: NodeJS.WriteStream;
  readonly #bar: SingleBar | null;
  #refused = 0;
  #startedMs = 0;
  #endedMs = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#bar =
      stream.isTTY === true
        ? new SingleBar({
            format: '{bar} {percentage}%  {requests} requests  {rate} rows/s  {eta_formatted} left',
            ...{ barsize: 24, stream, clearOnComplete: true, etaBuffer: 50 },
          })
        : null;
  }

  start(total: number): void {
    this.#startedMs = performance.now();
    this.#bar?.start(Math.max(1, total), 0, { requests: 0, rate: 0 });
  }

  update(done: number, { requests, rows }: Played): void {
    this.#bar?.update(done, { requests: written(requests), rate: written(this.#perSecond(rows)) });
  }

  stop(): void {
    this.#endedMs = performance.now();
    this.#bar?.stop();
  }

  say(sentence: string): void {
    // Over the bar, which is drawn again below.
    const clear = this.#bar?.isActive ? '\r\u001b[K' : '';
    this.#stream.write(`${clear}${sentence}\n`);
  }

  refused(sentence: string): void {
    this.#refused++;
    if (this.#refused <= toldRefusals) this.say(sentence);
    if (this.#refused === toldRefusals) this.say('More that cannot be played is counted only.');
  }

  /** To be called when all has been compared. */
  sumUp({ requests, rows, labels, refused }: Played & { readonly labels: number }, compared: number): void {
    const seconds = (this.#endedMs - this.#startedMs) / 1000;
    const parts = [
      `${several(requests, 'request')} with ${several(rows, 'row')} played in ${seconds.toFixed(1)} s, ${written(this.#perSecond(rows))} rows per second`,
      ...(labels > 0 ? [several(labels, 'label')] : []),
      ...(refused > 0 ? [`${several(refused, 'line')} could not be played`] : []),
      ...(compared < rows ? [`${several(rows - compared, 'row')} not compared`] : []),
    ];
    this.say(`${parts.join('; ')}.`);
  }

  #perSecond(rows: number): number {
    const endMs = this.#endedMs === 0 ? performance.now() : this.#endedMs;
    return endMs > this.#startedMs ? rows / ((endMs - this.#startedMs) / 1000) : 0;
  }
}
