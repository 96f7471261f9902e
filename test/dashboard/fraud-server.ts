import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generateTransactions, type Transaction } from '../../models/training/fraud-data.ts';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/test-server.ts';
import { sendAll, settled } from '../support/traffic.ts';

const days = 8;
const day = 86_400_000;
const perDay = 1_250;
const begin = Date.UTC(2026, 1, 2);

/** The bundled models, of which version 8 is worse in Brazil; all traffic is compared. */
export async function startFraudServer(options: Omit<TestServerOptions, 'models'> = {}): Promise<TestServer> {
  const model = (version: number) =>
    readFile(fileURLToPath(new URL(`../../models/fraud/${version}/model.onnx`, import.meta.url)));
  return startTestServer({
    ...options,
    models: {
      'fraud/7/model.onnx': await model(7),
      'fraud/8/model.onnx': await model(8),
      'fraud/deployment.yaml': `primary: 7
shadows: [{version: 8, sample: 100%}]
task: classification
outputs: {label: label, scores: probabilities}
segments: {country: {}, channel: {}, age_band: {input: x, column: 3, bins: [30, 45, 65]}}
interference_budget: off
readiness: {samples_per_segment: 1000, label_maturity: 1d}
`,
    },
  });
}

/** Plays some days of payments that were long ago, and says what was true about all of them. */
export async function playPayments(server: TestServer): Promise<void> {
  const payments = Array.from({ length: days }, (_, d) =>
    generateTransactions(20_261 + d, perDay).map((payment, i) => ({
      ...payment,
      id: `d${d}-${i}`,
      timestamp: new Date(begin + d * day + (payment.features.hour ?? 0) * 3_600_000 + i).toISOString(),
    })),
  ).flat();
  await sendAll(
    payments.length,
    async (i) => {
      const { label: _, ...request } = payments[i]!;
      const { status } = await server.post('/predict/fraud', request);
      if (status !== 200) throw new Error(`a payment was answered with ${status}`);
    },
    16,
  );
  await settled(server);
  const timestamp = new Date(begin + (days + 2) * day).toISOString();
  for (let from = 0; from < payments.length; from += 5000) {
    const labels = payments.slice(from, from + 5000).map(({ id, label }) => ({ id, label, timestamp }));
    await server.post('/v2/models/fraud/labels', { labels });
  }
}

/** One more payment, of a card that was not seen before. */
export async function sendPayment(server: TestServer, id: string): Promise<void> {
  const [{ features, segments }] = generateTransactions(7, 1) as [Transaction];
  const body = { id, entity: id, features, segments, timestamp: new Date(begin + day).toISOString() };
  const { status } = await server.post('/predict/fraud', body);
  if (status !== 200) throw new Error(`the payment was answered with ${status}`);
}
