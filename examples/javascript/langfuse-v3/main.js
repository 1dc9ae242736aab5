// The langfuse package, version 3: its batch API.
import { Langfuse, observeOpenAI } from 'langfuse';
import OpenAI from 'openai';

const langfuse = new Langfuse();
const question = 'Where is order 4711?';
const trace = langfuse.trace({
  name: 'order desk',
  userId: 'user-42',
  sessionId: 'session-7',
  tags: ['example', 'javascript'],
  metadata: { shop: 'north' },
  input: question,
});
const span = trace.span({ name: 'find_documents', input: question });
span.end({ output: ['Orders leave our warehouse within a day.'] });
const generation = trace.generation({
  name: 'ask_model',
  model: 'gpt-4o-mini',
  modelParameters: { temperature: 0.2 },
  input: [{ role: 'user', content: question }],
});
const answer = 'Order 4711 left our warehouse and arrives today.';
generation.end({ output: answer, usageDetails: { input: 1000, input_cached_tokens: 200, output: 350 } });
trace.span({ name: 'refund', input: { order: 4711 } }).end({ level: 'ERROR', statusMessage: 'no refund after 30 days' });
trace.event({ name: 'notified' });
const openai = observeOpenAI(new OpenAI(), { parent: trace, generationName: 'whole' });
await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] });
trace.update({ output: answer });
trace.score({ name: 'helpful', value: 0.75, comment: 'It says when.' });
console.log('trace', trace.id);
await langfuse.shutdownAsync();
