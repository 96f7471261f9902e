import fastify from 'fastify';

/** The ceiling: a fastify route that parses the same JSON and sends it back. */
const app = fastify({ logger: false });
app.post('/v2/models/mlp/infer', (request) => request.body);
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
