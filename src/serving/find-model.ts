import { UnderstudyError } from '../errors.ts';
import type { ServedModel, ServingTable } from '../inference/serving-table.ts';

/** @throws UnderstudyError UNKNOWN_MODEL that names those there are */
export function findModel(table: ServingTable, name: string): ServedModel {
  const model = table.find(name);
  if (model) return model;
  const names = table.list().map((served) => served.name);
  const known = names.length === 0 ? 'there is none' : `there are ${names.slice(0, 20).join(', ')}`;
  throw new UnderstudyError('UNKNOWN_MODEL', `no model is called "${name.slice(0, 80)}"; ${known}`);
}
