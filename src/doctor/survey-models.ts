import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DeploymentConfig } from '../config/deployment.ts';
import { defaultDeployment } from '../config/read-deployment.ts';
import { sentenceOf } from '../errors.ts';
import { inspectModel } from '../repository/onnx/inspect-model.ts';
import { parseModel } from '../repository/onnx/read-model.ts';
import { RoleStore } from '../repository/role-store.ts';
import { type DecidedRoles, decideRoles } from '../repository/roles.ts';
import { type FoundModel, type ModelFile, scanRepository } from '../repository/scan.ts';

/** Why a version cannot be served: the file cannot be read, is no whole model, or holds what cannot be served. */
export interface Refusal {
  readonly stage: 'read' | 'parse' | 'inspect';
  readonly sentence: string;
}

export interface SurveyedVersion extends ModelFile {
  readonly sizeBytes: number;
  readonly refusal: Refusal | null;
}

export interface SurveyedModel {
  readonly name: string;
  readonly versions: readonly SurveyedVersion[];
  /** What its deployment says, with the roles that the server would decide; or why there are none. */
  readonly deployment:
    | { readonly kind: 'decided'; readonly config: DeploymentConfig; readonly roles: DecidedRoles }
    | { readonly kind: 'refused'; readonly sentence: string };
}

export interface Survey {
  readonly models: readonly SurveyedModel[];
  /** What the scan passed over, a sentence each. */
  readonly remarks: readonly string[];
  /** Why the roles decided so far cannot be read; null where they can, or there are none. */
  readonly rolesRefusal: string | null;
}

/**
 * Reads the repository as the server does, without loading anything into ONNX Runtime.
 *
 * @throws with a sentence when there is no such folder
 */
export async function surveyModels(models: string, data: string): Promise<Survey> {
  const scan = await scanRepository(models);
  const { store, refusal } = await openRoles(join(data, 'roles.json'));
  const surveyed: SurveyedModel[] = [];
  // One after the other: each file is held in memory while it is looked at.
  for (const found of scan.models) surveyed.push(await surveyModel(found, store));
  return { models: surveyed, remarks: scan.remarks, rolesRefusal: refusal };
}

async function openRoles(path: string): Promise<{ store: RoleStore | null; refusal: string | null }> {
  try {
    return { store: await RoleStore.open(path), refusal: null };
  } catch (error) {
    // A data folder that is a file holds no roles; that it is one is said where the disk is looked at.
    const isNoFolder = error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
    return { store: null, refusal: isNoFolder ? null : sentenceOf(error) };
  }
}

async function surveyModel(found: FoundModel, store: RoleStore | null): Promise<SurveyedModel> {
  const versions: SurveyedVersion[] = [];
  for (const file of found.versions) versions.push(await surveyVersion(file));
  return { name: found.name, versions, deployment: deploymentOf(found, store) };
}

function deploymentOf(
  { name, versions, deployment }: FoundModel,
  store: RoleStore | null,
): SurveyedModel['deployment'] {
  if (deployment && 'error' in deployment) return { kind: 'refused', sentence: deployment.error };
  const config = deployment?.config ?? defaultDeployment;
  const numbers = versions.map(({ version }) => version);
  try {
    const remembered = store?.get(name) ?? null;
    const roles = decideRoles(name, numbers, config, deployment?.hash ?? null, remembered);
    const remarks = [...roles.remarks, ...(deployment?.remarks ?? [])];
    return { kind: 'decided', config, roles: { ...roles, remarks } };
  } catch (error) {
    return { kind: 'refused', sentence: sentenceOf(error) };
  }
}

async function surveyVersion(file: ModelFile): Promise<SurveyedVersion> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file.path);
  } catch (error) {
    const sizeBytes = (await stat(file.path).catch(() => null))?.size ?? 0;
    return { ...file, sizeBytes, refusal: { stage: 'read', sentence: sentenceOf(error) } };
  }
  const sizeBytes = bytes.length;
  try {
    inspectModel(bytes, dirname(file.path));
    return { ...file, sizeBytes, refusal: null };
  } catch (error) {
    const stage = isWhole(bytes) ? 'inspect' : 'parse';
    return { ...file, sizeBytes, refusal: { stage, sentence: sentenceOf(error) } };
  }
}

function isWhole(bytes: Uint8Array): boolean {
  try {
    parseModel(bytes);
    return true;
  } catch {
    // Why not is in the sentence that is told already.
    return false;
  }
}
