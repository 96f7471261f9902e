/**
 * Every error a caller can meet: a permanent code, the HTTP status it maps to, and what it means. The
 * sentence itself is written where the error is found, since only there is it known what would be right.
 */
export const errorTable = {
  MALFORMED_JSON: { status: 400, meaning: 'The body is not JSON; the sentence gives the byte position.' },
  MALFORMED_MESSAGE: {
    status: 400,
    meaning: 'A gRPC message is no valid protobuf; the sentence gives the byte position.',
  },
  INVALID_UTF8: { status: 400, meaning: 'A text is not valid UTF-8.' },
  INVALID_REQUEST: {
    status: 400,
    meaning: 'The request object lacks something or holds something it may not.',
  },
  DUPLICATE_NAME: { status: 400, meaning: 'A key or a tensor name is given twice.' },
  MISSING_INPUT: { status: 400, meaning: 'An input of the model is not in the request.' },
  UNKNOWN_INPUT: { status: 400, meaning: 'The request names an input that the model does not have.' },
  UNKNOWN_OUTPUT: { status: 400, meaning: 'The request asks for an output that the model does not have.' },
  WRONG_DATATYPE: { status: 400, meaning: 'The datatype is unknown or not the one the model takes.' },
  WRONG_SHAPE: { status: 400, meaning: 'The shape does not fit the model, or nested data is ragged.' },
  WRONG_LENGTH: { status: 400, meaning: 'The number of elements or bytes does not match the shape.' },
  WRONG_VALUE: { status: 400, meaning: 'A value is of the wrong kind or outside the range of its datatype.' },
  UNREPRESENTABLE_STRING: {
    status: 400,
    meaning: 'A string holds a NUL or a lone surrogate, which the runtime would alter.',
  },
  INVALID_SEGMENT: { status: 400, meaning: 'A segment, an entity, an id or a timestamp is not usable.' },
  INPUT_REJECTED: {
    status: 400,
    meaning: 'The model failed on this input while it runs on others (an index out of range, say).',
  },
  INVALID_LABEL: { status: 400, meaning: 'Ground truth that cannot be used.' },
  INVALID_QUERY: { status: 400, meaning: 'A query parameter has a value that is not allowed.' },
  UNAUTHENTICATED: { status: 401, meaning: 'This changes the server, and needs the admin token.' },
  FORBIDDEN: {
    status: 403,
    meaning: 'This changes the server, and may only be asked for from its own machine.',
  },
  CROSS_SITE: {
    status: 403,
    meaning: 'A browser sends this for a page of another site, which may not ask for it.',
  },
  NOT_FOUND: { status: 404, meaning: 'No such path.' },
  UNKNOWN_MODEL: { status: 404, meaning: 'No model of that name.' },
  UNKNOWN_VERSION: { status: 404, meaning: 'The model has no such version being served.' },
  NO_SHADOW: { status: 404, meaning: 'The model has no such shadow, so there is nothing to compare.' },
  METHOD_NOT_ALLOWED: { status: 405, meaning: 'The path exists, the method does not.' },
  NOT_LOADED: {
    status: 409,
    meaning: 'The model cannot be loaded as it lies in the repository; what ran runs on.',
  },
  ROLES_UNCHANGED: {
    status: 409,
    meaning: 'The roles cannot be changed like that now; they are as they were.',
  },
  BODY_TOO_LARGE: { status: 413, meaning: 'The body is larger than the server accepts.' },
  UNSUPPORTED_ENCODING: {
    status: 415,
    meaning:
      'The body is compressed otherwise than with gzip or deflate, or of a media type that is not read.',
  },
  OUTPUT_NOT_JSON: {
    status: 422,
    meaning: 'An output holds NaN or an infinity, which JSON cannot carry; binary output can.',
  },
  QUERY_TOO_LARGE: {
    status: 422,
    meaning: 'The rows asked about do not fit into the memory of the comparison log; a shorter time does.',
  },
  EXECUTION_FAILED: { status: 500, meaning: 'The model accepted the input and failed while it ran.' },
  DEADLINE_EXCEEDED: {
    status: 504,
    meaning:
      'The request was not run before its timeout, or the run of a shadow took longer than the deadline of its lane.',
  },
  WORKER_DIED: {
    status: 500,
    meaning: 'The worker ended while it had the request: out of memory, or a crash in native code.',
  },
  INTERNAL: { status: 500, meaning: 'A defect in the server; the log has the details.' },
  MODEL_NOT_READY: {
    status: 503,
    meaning: 'The model is loading or was refused; its ready answer says why.',
  },
  QUEUE_TIMEOUT: {
    status: 503,
    meaning: 'The request waited longer than its lane lets it; only shadows have such a limit.',
  },
  QUEUE_FULL: { status: 503, meaning: 'The lane has as many requests waiting as it may; retry later.' },
  TOO_MANY_STREAMS: {
    status: 503,
    meaning: 'As many live streams are open, or as many different views are looked at, as may be.',
  },
  LOG_UNAVAILABLE: {
    status: 503,
    meaning: 'The comparison log cannot write, so the labels were not kept; send them again later.',
  },
  SHUTTING_DOWN: { status: 503, meaning: 'The server is draining.' },
} as const satisfies Record<string, { status: number; meaning: string }>;

export type ErrorCode = keyof typeof errorTable;

/** An error meant for a person: `message` is one sentence that says what was wrong, where, and what would be right. */
export class UnderstudyError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnderstudyError';
    this.code = code;
  }

  get status(): number {
    return errorTable[this.code].status;
  }
}

/** The sentence of anything thrown. What a library found in a damaged file may hold bytes that end lines or steer terminals. */
export function sentenceOf(error: unknown): string {
  const sentence = error instanceof Error ? error.message : String(error);
  return sentence.replaceAll(steering, '\ufffd');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those that are no line break or tab
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;
