/** Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019), for one array of parameters. */
export class Adam {
  readonly #parameters: Float64Array;
  readonly #weightDecay: number;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  #steps = 0;

  constructor(parameters: Float64Array, weightDecay: number) {
    this.#parameters = parameters;
    this.#weightDecay = weightDecay;
    this.#mean = new Float64Array(parameters.length);
    this.#square = new Float64Array(parameters.length);
  }

  /** Moves the parameters against the gradient and clears it. `scale` is 1 / batch size. */
  step(gradient: Float64Array, scale: number, learningRate: number): void {
    this.#steps++;
    const meanCorrection = 1 - 0.9 ** this.#steps;
    const squareCorrection = 1 - 0.999 ** this.#steps;
    for (let i = 0; i < gradient.length; i++) {
      const slope = gradient[i]! * scale;
      const mean = 0.9 * this.#mean[i]! + 0.1 * slope;
      const square = 0.999 * this.#square[i]! + 0.001 * slope * slope;
      this.#mean[i] = mean;
      this.#square[i] = square;
      const direction = mean / meanCorrection / (Math.sqrt(square / squareCorrection) + 1e-8);
      this.#parameters[i]! -= learningRate * (direction + this.#weightDecay * this.#parameters[i]!);
    }
    gradient.fill(0);
  }
}
