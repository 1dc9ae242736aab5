// Every read of @langfuse/client's API client: traces, observations, sessions, scores, configs, models, comments; then
// the trace is deleted.
import assert from 'node:assert/strict';
import { LangfuseClient } from '@langfuse/client';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { propagateAttributes, startActiveObservation, startObservation } from '@langfuse/tracing';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] });
sdk.start();
const langfuse = new LangfuseClient();
const { api } = langfuse;
const sessionId = `reads-${Date.now()}`;

const root = await propagateAttributes({ userId: 'user-42', sessionId, tags: ['reads'] }, () =>
  startActiveObservation('read desk', async (span) => {
    span.update({ input: 'Where is order 4711?', output: 'It arrives today.', metadata: { shop: 'north' } });
    startObservation('ask_model', {
      model: 'gpt-4o-mini', input: [{ role: 'user', content: 'Where is order 4711?' }], output: 'It arrives today.',
      usageDetails: { input: 1000, output: 350 },
    }, { asType: 'generation' }).end();
    return span;
  }));
const { traceId } = root;
langfuse.score.trace(root, { name: 'helpful', value: 0.75, dataType: 'NUMERIC', comment: 'It says when.' });
console.log('trace', traceId);
await langfuse.flush();
await sdk.shutdown();

async function until(what, check) {
  for (const end = Date.now() + 60_000; ;) {
    try {
      const found = await check();
      if (found) return found;
    } catch (e) {
      if (e.statusCode !== 404) throw e;
    }
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

const trace = await until('the trace', async () => {
  const found = await api.trace.get(traceId);
  return found.observations.length === 2 && found.scores.some((score) => score.name === 'helpful') && found;
});
assert.equal(trace.name, 'read desk');
assert.equal(trace.output, 'It arrives today.');
const generation = trace.observations.find((each) => each.type === 'GENERATION');
assert.equal(generation.usageDetails.input, 1000);

const listed = await api.trace.list({ sessionId, tags: ['reads'], fields: 'core,scores,observations,metrics', orderBy: 'timestamp.desc' });
assert.deepEqual(listed.data.map((each) => each.id), [traceId]);
assert.equal(listed.meta.totalItems, 1);
const byFilter = await api.trace.list({ filter: JSON.stringify([{ type: 'string', column: 'sessionId', operator: '=', value: sessionId }]) });
assert.equal(byFilter.data.length, 1);

const old = await api.legacy.observationsV1.getMany({ traceId, type: 'GENERATION' });
assert.equal(old.data[0].name, 'ask_model');
assert.equal((await api.legacy.observationsV1.get(generation.id)).id, generation.id);
const observations = await api.observations.getMany({ traceId, fields: 'core,basic,io,usage,model,metrics', limit: 1 });
assert.equal(observations.data.length, 1);
const rest = await api.observations.getMany({ traceId, limit: 1, cursor: observations.meta.cursor });
assert.equal(new Set([...observations.data, ...rest.data].map((each) => each.id)).size, 2);
assert.equal(rest.meta.cursor, undefined);

const sessions = await api.sessions.list({ fromTimestamp: new Date(Date.now() - 3_600_000).toISOString() });
assert.ok(sessions.data.some((each) => each.id === sessionId));
assert.equal((await api.sessions.get(sessionId)).traces[0].id, traceId);

const scores = await api.scores.getMany({ traceId, name: 'helpful' });
assert.equal(scores.data[0].value, 0.75);
assert.equal(scores.data[0].trace.userId, 'user-42');
assert.equal((await api.scores.getById(scores.data[0].id)).name, 'helpful');
const v3 = await api.scoresV3.getManyV3({ limit: 1, fields: 'details,subject', traceId, name: 'helpful' });
assert.equal(v3.data.length, 1);

const config = await api.scoreConfigs.create({ name: `config ${sessionId}`, dataType: 'NUMERIC', minValue: 0, maxValue: 1 });
assert.equal((await api.scoreConfigs.update(config.id, { isArchived: true })).isArchived, true);
assert.equal((await api.scoreConfigs.getById(config.id)).maxValue, 1);
assert.ok((await api.scoreConfigs.get({ limit: 100 })).data.some((each) => each.id === config.id));

const model = await api.models.create({ modelName: `model ${sessionId}`, matchPattern: `(?i)^${sessionId}$`, unit: 'TOKENS', inputPrice: 0.000001 });
assert.equal((await api.models.get(model.id)).inputPrice, 0.000001);
assert.ok((await api.models.list({ limit: 100 })).meta.totalItems > 100);
await api.models.delete(model.id);

const projectId = (await api.projects.get()).data[0].id;
const comment = await api.comments.create({ projectId, objectType: 'TRACE', objectId: traceId, content: 'Why so slow?' });
assert.equal((await api.comments.getById(comment.id)).content, 'Why so slow?');
assert.equal((await api.comments.get({ objectType: 'TRACE', objectId: traceId })).data.length, 1);

await assert.rejects(api.trace.get('0'.repeat(31) + '1'), { statusCode: 404 });
await assert.rejects(api.trace.list({ limit: 1000 }), { statusCode: 400 });
assert.ok((await api.trace.delete(traceId)).message);
await until('the end of the trace', async () => (await api.trace.list({ sessionId })).data.length === 0);
await assert.rejects(api.trace.get(traceId), { statusCode: 404 });
console.log('all reads done');
