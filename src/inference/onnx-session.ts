import { env, InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { datatypeOfOnnx, datatypes } from '../protocol/datatype.ts';
import type { TensorSpec } from '../protocol/signature.ts';
import type { Tensor } from '../protocol/tensor.ts';
import { planProviders, type SessionPlacement } from './execution-provider.ts';

/** A session of ONNX Runtime, spoken to in the protocol's tensors. `run` blocks its thread: never on the main one. */
export class OnnxSession {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly provider: string;
  /** What `auto` tried before it settled, a sentence each. */
  readonly remarks: readonly string[];
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession, provider: string, remarks: readonly string[]) {
    this.#session = session;
    this.provider = provider;
    this.remarks = remarks;
    this.inputs = session.inputMetadata.map((value) => specOf('input', value));
    this.outputs = session.outputMetadata.map((value) => specOf('output', value));
  }

  /** @throws UnderstudyError MODEL_NOT_READY when no provider takes the model */
  static async create(model: string | Uint8Array, placement: SessionPlacement): Promise<OnnxSession> {
    env.logLevel = 'fatal';
    const { candidates, passedOver } = planProviders(placement);
    const failures: string[] = [];
    for (const candidate of candidates) {
      const options: InferenceSession.SessionOptions = {
        executionProviders: [candidate.options],
        // The default is the host's cores, also inside a container that has fewer.
        intraOpNumThreads: placement.threads,
        interOpNumThreads: 1,
        // What goes wrong is thrown and told in a sentence; the runtime's own log would say it twice.
        logSeverityLevel: 4,
      };
      try {
        const session = await (typeof model === 'string'
          ? InferenceSession.create(model, options)
          : InferenceSession.create(model, options));
        return new OnnxSession(session, candidate.name, [
          ...passedOver,
          ...failures.map((failure) => `fell back to ${candidate.name}; ${failure}`),
        ]);
      } catch (error) {
        failures.push(`${candidate.name}: ${firstLine(sentenceOf(error))}`);
      }
    }
    throw new UnderstudyError(
      'MODEL_NOT_READY',
      `ONNX Runtime does not take the model (${failures.join('; ')})`,
    );
  }

  async run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const feeds: Record<string, OnnxTensor> = {};
    for (const input of inputs) feeds[input.name] = toOnnx(input);
    const results = await this.#session.run(feeds);
    return this.outputs.map((spec) => fromOnnx(spec, results[spec.name]!));
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function specOf(side: 'input' | 'output', value: InferenceSession.ValueMetadata): TensorSpec {
  if (!value.isTensor) {
    throw new UnderstudyError(
      'MODEL_NOT_READY',
      `${side} "${value.name}" is not a tensor; only tensors can be served`,
    );
  }
  const datatype = datatypeOfOnnx(value.type);
  if (datatype === undefined) {
    throw new UnderstudyError(
      'MODEL_NOT_READY',
      `${side} "${value.name}" is of type ${value.type}, which cannot be served; cast it in the graph to one of ${Object.keys(datatypes).join(', ')}`,
    );
  }
  return {
    name: value.name,
    datatype,
    shape: value.shape.map((size) => (typeof size === 'number' ? size : -1)),
  };
}

function toOnnx(tensor: Tensor): OnnxTensor {
  const dims = [...tensor.shape];
  if (tensor.datatype === 'BYTES') return new OnnxTensor('string', tensor.data as string[], dims);
  const onnx = new OnnxTensor(datatypes[tensor.datatype].onnx, tensor.data as Uint8Array, dims);
  if (!(tensor.data instanceof Float16Array)) return onnx;
  // The binding knows no Float16Array (it finds no bytes in one), and the class turns anything else into one.
  const { buffer, byteOffset, length } = tensor.data;
  return Object.create(onnx, { data: { value: new Uint16Array(buffer, byteOffset, length) } }) as OnnxTensor;
}

function fromOnnx(spec: TensorSpec, value: OnnxTensor): Tensor {
  return { name: spec.name, datatype: spec.datatype, shape: value.dims, data: value.data as Tensor['data'] };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
