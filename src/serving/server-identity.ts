/** Who answers. */
export interface ServerIdentity {
  readonly name: string;
  readonly version: string;
}

/** What the server understands beyond the Open Inference Protocol, by Triton's names. */
export const extensions: readonly string[] = [
  'binary_tensor_data',
  'model_configuration',
  'model_repository',
  'schedule_policy',
  'statistics',
];
