import type { InferenceSession } from 'onnxruntime-node';

/** One thread, as Understudy's sessions have by default: more would only make runs of a small model wait for each other. */
export const sessionOptions: InferenceSession.SessionOptions = { intraOpNumThreads: 1 };
