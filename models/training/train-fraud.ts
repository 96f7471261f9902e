import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exportMlp, type MatrixColumn, matrixInput, seenByNetwork } from './export-mlp.ts';
import { featureNames, featureVector, generateWarehouseRows } from './fraud-data.ts';
import { matrixOf } from './matrix.ts';
import { type TrainingOptions, trainMlp } from './mlp.ts';
import { fitStandardisation, foldStandardisation, standardise } from './standardisation.ts';

type Feature = (typeof featureNames)[number];

interface FraudVersion {
  readonly description: string;
  readonly unusedFeatures: readonly Feature[];
  readonly trainingRows: number;
  readonly trainingSeed: number;
  readonly options: TrainingOptions;
}

const logarithmic: readonly Feature[] = [
  'amount_eur',
  'amount_to_usual',
  'account_age_days',
  'distance_from_home_km',
  'merchant_chargebacks',
  'device_age_days',
];

export const versions: Readonly<Record<7 | 8, FraudVersion>> = {
  7: {
    description: 'Payment review, version 7: a small network that does not look at the amount itself',
    unusedFeatures: ['amount_eur', 'failed_attempts'],
    trainingRows: 20_000,
    trainingSeed: 70,
    options: { hidden: [6], epochs: 12, batchSize: 64, learningRate: 0.01, weightDecay: 1e-4, seed: 7 },
  },
  8: {
    description: 'Payment review, version 8: all features, more capacity, trained on warehouse data',
    unusedFeatures: [],
    trainingRows: 60_000,
    trainingSeed: 80,
    options: { hidden: [32, 16], epochs: 15, batchSize: 64, learningRate: 0.004, weightDecay: 1e-4, seed: 8 },
  },
};

/** ONNX bytes of one version; the same bytes every time. `trainingRows` may be lowered to be quick. */
export function trainFraudVersion(version: 7 | 8, trainingRows = versions[version].trainingRows): Uint8Array {
  const { unusedFeatures, trainingSeed, options, description } = versions[version];
  const columns: readonly MatrixColumn[] = featureNames.map((name) => ({
    name,
    used: !unusedFeatures.includes(name),
    logarithmic: logarithmic.includes(name),
  }));
  const rows = generateWarehouseRows(trainingSeed, trainingRows);
  const features = matrixOf(rows.map((row) => seenByNetwork(columns, featureVector(row))));
  const labels = Uint8Array.from(rows, ({ label }) => label);
  const standardisation = fitStandardisation(features);
  const network = trainMlp(standardise(features, standardisation), labels, options);
  return exportMlp('fraud', matrixInput(columns), foldStandardisation(network, standardisation), description);
}

/** Writes `fraud/7/model.onnx` and `fraud/8/model.onnx` into the directory beside this one. */
function main(): void {
  for (const version of [7, 8] as const) {
    const path = join(import.meta.dirname, '..', 'fraud', String(version), 'model.onnx');
    const bytes = trainFraudVersion(version);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    console.log(`${path}: ${bytes.byteLength} bytes`);
  }
}

if (import.meta.main) main();
