// What the langfuse package, version 3, reads: traces, observations, sessions, scores.
import assert from 'node:assert/strict';
import { Langfuse } from 'langfuse';

const langfuse = new Langfuse();
const sessionId = `reads-${Date.now()}`;
const trace = langfuse.trace({ name: 'read desk', userId: 'user-42', sessionId, tags: ['reads'], input: 'Where is order 4711?' });
trace.generation({ name: 'ask_model', model: 'gpt-4o-mini', usageDetails: { input: 1000, output: 350 } })
  .end({ output: 'It arrives today.' });
trace.score({ name: 'helpful', value: 0.75 });
await langfuse.flushAsync();
console.log('trace', trace.id);

async function until(what, check) {
  for (const end = Date.now() + 60_000; ;) {
    const found = await check().catch(() => undefined);
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

const { data } = await until('the trace', async () => {
  const found = await langfuse.fetchTrace(trace.id);
  return found.data.observations.length === 1 && found.data.scores.some((score) => score.name === 'helpful') && found;
});
assert.equal(data.name, 'read desk');
const traces = await langfuse.fetchTraces({ sessionId });
assert.deepEqual(traces.data.map((each) => each.id), [trace.id]);
const observations = await langfuse.fetchObservations({ traceId: trace.id, type: 'GENERATION' });
assert.equal(observations.data[0].name, 'ask_model');
assert.equal((await langfuse.fetchObservation(observations.data[0].id)).data.id, observations.data[0].id);
assert.ok((await langfuse.fetchSessions({ limit: 100 })).data.some((each) => each.id === sessionId));
const scores = await langfuse.api.scoreV2Get({ traceId: trace.id, name: 'helpful' });
assert.equal(scores.data[0].value, 0.75);
assert.equal((await langfuse.api.sessionsGet(sessionId)).traces[0].id, trace.id);
const dataset = await langfuse.createDataset({ name: `questions-${sessionId}` });
assert.equal((await langfuse.getDataset(dataset.name)).id, dataset.id);
assert.ok((await langfuse.api.traceDelete(trace.id)).message);
await until('the end of the trace', async () => (await langfuse.fetchTraces({ sessionId })).data.length === 0);
await langfuse.shutdownAsync();
console.log('all reads done');
