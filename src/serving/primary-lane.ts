import { UnderstudyError } from '../errors.ts';
import type { Lane } from '../inference/lane.ts';
import type { ServedModel, ServingTable } from '../inference/serving-table.ts';
import { refusalOf } from './model-state.ts';

/**
 * Where the requests to a model go.
 *
 * @param version the one that was asked for; undefined for whichever answers
 * @throws UnderstudyError UNKNOWN_VERSION for any but the primary, or MODEL_NOT_READY with the reason
 */
export function primaryLane(model: ServedModel, version?: string): Lane {
  if (version !== undefined && version !== model.primaryVersion) {
    const known = model.versions.find((served) => served.version === version);
    if (known && model.refusal !== null) throw notReady(model);
    const primary =
      model.primaryVersion === null
        ? ''
        : `; version ${model.primaryVersion} answers: name that one, or none for whichever is primary`;
    const why = !known
      ? `there is no version ${version.slice(0, 40)} of model ${model.name}`
      : known.role === null
        ? `version ${version} of model ${model.name} has no role`
        : `version ${version} of model ${model.name} is a ${known.role} and answers no users`;
    throw new UnderstudyError('UNKNOWN_VERSION', `${why}${primary}`);
  }
  if (model.lane) return model.lane;
  throw notReady(model);
}

/** The model that is meant where none is named: the only one, or the one called `default`. @throws UnderstudyError UNKNOWN_MODEL */
export function onlyModel(table: ServingTable): ServedModel {
  const models = table.list();
  if (models.length === 1) return models[0]!;
  const byDefault = table.find('default');
  if (byDefault) return byDefault;
  throw new UnderstudyError(
    'UNKNOWN_MODEL',
    models.length === 0
      ? 'no model is being served; put ONNX files into the model repository'
      : `say which model: /predict/MODEL with one of ${models.map((model) => model.name).join(', ')}`,
  );
}

function notReady(model: ServedModel): UnderstudyError {
  return new UnderstudyError('MODEL_NOT_READY', `model ${model.name} is not ready: ${refusalOf(model)}`);
}
