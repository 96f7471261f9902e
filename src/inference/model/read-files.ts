import { basename, dirname } from 'node:path';
import { type HashedFile, sha256 } from '../../repository/hashed-file.ts';
import type { ExternalFile } from '../../repository/onnx/external-data.ts';
import { inlineExternalData } from '../../repository/onnx/inline-external-data.ts';
import { type InspectedModel, inspectModel } from '../../repository/onnx/inspect-model.ts';
import { FilesAtRest } from './files-at-rest.ts';

/** A model's files in memory: what is served is what was read and hashed, whatever becomes of the files. */
export interface ModelInFiles {
  readonly inspected: InspectedModel;
  /** The ONNX file first, then what it keeps elsewhere, by name. */
  readonly files: readonly HashedFile[];
  readonly bytes: Uint8Array;
  readonly external: readonly ExternalBytes[];
}

/** What tensors lie in. ONNX Runtime would map the file into memory: who writes over it would change the model, or end the process. */
export interface ExternalBytes {
  /** As the tensors name it. */
  readonly location: string;
  readonly data: Uint8Array;
}

/** @throws UnderstudyError MODEL_NOT_READY, or an error with a sentence, with the reason why the model cannot be served */
export async function readModelFiles(path: string): Promise<ModelInFiles> {
  const reading = new FilesAtRest();
  const bytes = await reading.read(path);
  const inspected = inspectModel(bytes, dirname(path));
  const byPath = new Map<string, Uint8Array>();
  for (const { path: one } of inspected.externalFiles)
    if (!byPath.has(one)) byPath.set(one, await reading.read(one));
  await reading.check();
  const external = inspected.externalFiles.map(({ location, path: one }) => ({
    location,
    data: byPath.get(one)!,
  }));
  return {
    inspected,
    files: [{ file: basename(path), sha256: sha256(bytes) }, ...hashed(inspected.externalFiles, byPath)],
    bytes: inlineExternalData(
      inspected.bytes ?? bytes,
      new Map(external.map(({ location, data }) => [location, data])),
    ),
    external,
  };
}

/** Gives the memory back at once; to be called when a session has been made of them. */
export function releaseFiles({ external }: ModelInFiles): void {
  for (const { data } of external) {
    if (data.buffer instanceof ArrayBuffer && !data.buffer.detached) data.buffer.transfer(0);
  }
}

function hashed(files: readonly ExternalFile[], byPath: ReadonlyMap<string, Uint8Array>): HashedFile[] {
  return files
    .map(({ location, path }) => ({ file: location, sha256: sha256(byPath.get(path)!) }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}
