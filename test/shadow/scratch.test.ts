import { it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';
import { featuresOf, inferBody } from '../support/traffic.ts';
it('x', async () => {
  await using server = await startTestServer({ models: { 'a/7/model.onnx': mlp({ seed: 1 }), 'a/8/model.onnx': mlp({ seed: 2 }) , 'a/deployment.yaml': 'primary: 7\nshadows: [{version: 8, sample: 100%}]'} });
  let bad = 0;
  for (let i = 0; i < 300; i++) {
    await server.post('/v2/models/a/infer', inferBody([featuresOf(i)], { id: `r${i}`, parameters: i % 20 === 0 && i < 300 ? {[`segment.s${i/20}`]: 'DE'} : {} }));
    await server.server.flush();
    const { json } = await server.get('/v2/models/a/comparisons?limit=1');
    const got = json.comparisons[0]?.request_id;
    if (got !== `r${i}`) { bad++; console.log('stale', i, got); 
    await server.server.flush();
    console.log('again', (await server.get('/v2/models/a/comparisons?limit=1')).json.comparisons[0]?.request_id);
    await new Promise((r) => setTimeout(r, 100));
    console.log('later', (await server.get('/v2/models/a/comparisons?limit=1')).json.comparisons[0]?.request_id);
    }
  }
  console.log('bad', bad);
});
