import { UnderstudyError } from '../errors.ts';
import { listed, quoted } from './quoting.ts';
import type { ModelSignature } from './signature.ts';
import { modelText, specsText } from './signature-plan.ts';

/** What is said of inputs and outputs that are not the model's, or given twice, whatever form a request has. */
export function unknownInput(name: string, signature: ModelSignature): UnderstudyError {
  return new UnderstudyError(
    'UNKNOWN_INPUT',
    `${modelText(signature)} has no input ${quoted(name)}; it takes ${specsText(signature.inputs)}.`,
  );
}

export function repeatedInput(name: string): UnderstudyError {
  return new UnderstudyError('DUPLICATE_NAME', `The input ${quoted(name)} is given twice; give it once.`);
}

/** @param given places in the signature of the inputs that are there */
export function missingInputs(given: ReadonlySet<number>, signature: ModelSignature): UnderstudyError {
  const absent = signature.inputs.filter((_, index) => !given.has(index));
  return new UnderstudyError(
    'MISSING_INPUT',
    `The request lacks the input${absent.length === 1 ? '' : 's'} ${listed(absent.map((spec) => spec.name))}; ` +
      `${modelText(signature)} takes ${specsText(signature.inputs)}.`,
  );
}

export function unknownOutput(name: string, signature: ModelSignature): UnderstudyError {
  const names = signature.outputs.map((spec) => spec.name);
  return new UnderstudyError(
    'UNKNOWN_OUTPUT',
    `${modelText(signature)} has no output ${quoted(name)}; it has ${listed(names)}.`,
  );
}

export function repeatedOutput(name: string): UnderstudyError {
  return new UnderstudyError(
    'DUPLICATE_NAME',
    `The output ${quoted(name)} is asked for twice; ask for it once.`,
  );
}

/** For what a Triton client may ask and this server would silently not do. */
export function notHonoured(what: string, instead: string): UnderstudyError {
  return new UnderstudyError('INVALID_REQUEST', `${what} is not supported; ${instead}.`);
}
