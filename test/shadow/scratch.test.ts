import { it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll } from '../support/traffic.ts';
it('x', async () => {
  const t0 = performance.now();
  await using server = await startTestServer({ models: { 'base/7/model.onnx': mlp({ seed: 1 }), 'base/8/model.onnx': mlp({ seed: 2 }) , 'base/deployment.yaml': 'primary: 7\nshadows: [{version: 8, sample: 50%}]\ncontrol: 100%'} });
  console.log('start', performance.now() - t0);
  console.log(JSON.stringify(await server.report('base'), null, 1));
  const t1 = performance.now();
  await sendAll(2000, (i) => server.post('/v2/models/base/infer', inferBody([featuresOf(i)], { id: `r${i}`, parameters: {'segment.country': i % 2 ? 'DE':'FR'} })));
  console.log('sent', performance.now() - t1);
  console.log(JSON.stringify(await server.report('base'), null, 1));
  console.log((await server.get('/v2/models/base/comparisons?limit=2')).json);
  const t2 = performance.now();
  await server.server.close();
  console.log('close', performance.now() - t2);
  console.log(server.logged);
});
