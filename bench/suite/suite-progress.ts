import { SingleBar } from 'cli-progress';

/** What is under way; a bar only where somebody looks, else a line for each case. */
export class SuiteProgress {
  readonly #stream: NodeJS.WriteStream;
  readonly #bar: SingleBar | null;
  readonly #cases: number;
  #done = 0;
  #name = '';

  constructor(stream: NodeJS.WriteStream, cases: number) {
    this.#stream = stream;
    this.#cases = cases;
    this.#bar =
      stream.isTTY === true
        ? new SingleBar({
            format: '{bar} {value}/{total}  {what}',
            ...{ barsize: 20, stream, clearOnComplete: true, fps: 4 },
          })
        : null;
    this.#bar?.start(cases, 0, { what: '' });
  }

  begin(name: string): void {
    this.#name = name;
    this.#bar?.update(this.#done, { what: name });
    if (this.#bar === null) this.#stream.write(`${this.#done + 1} of ${this.#cases}: ${name}\n`);
  }

  step(text: string): void {
    this.#bar?.update(this.#done, { what: `${this.#name}: ${text}` });
  }

  /** The case is over; what there is to say of it goes to standard output, over the bar. */
  end(text: string): void {
    this.#done++;
    this.#bar?.stop();
    process.stdout.write(text);
    this.#bar?.start(this.#cases, this.#done, { what: '' });
  }

  stop(): void {
    this.#bar?.stop();
  }
}
