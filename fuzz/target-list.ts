/** Modules in `targets/`. */
export const targetNames = [
  'json-value',
  'infer-json',
  'infer-binary',
  'infer-raw',
  'predict',
  'grpc',
  'labels-body',
  'label-lines',
  'config-pbtxt',
  'deployment-yaml',
  'onnx-file',
  'request-headers',
  'timestamp',
  'http-body',
] as const;

export type TargetName = (typeof targetNames)[number];

export function targetUrl(name: TargetName): string {
  return new URL(`./targets/${name}.ts`, import.meta.url).href;
}
