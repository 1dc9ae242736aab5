// @langfuse/openai around the OpenAI SDK: whole, streamed and refused answers.
import { observeOpenAI } from '@langfuse/openai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { propagateAttributes, startActiveObservation } from '@langfuse/tracing';
import { NodeSDK } from '@opentelemetry/sdk-node';
import OpenAI from 'openai';

const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] });
sdk.start();

const named = (generationName) => observeOpenAI(new OpenAI(), { generationName });
const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Where is order 4711?' },
];
await propagateAttributes({ userId: 'user-42', sessionId: 'session-7', tags: ['example', 'javascript'] }, () =>
  startActiveObservation('order desk', async (root) => {
    await named('whole').chat.completions.create({ model: 'gpt-4o-mini', temperature: 0.2, messages });
    const stream = await named('streamed').chat.completions.create({
      model: 'gpt-4o-mini',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const _ of stream);
    try {
      await named('refused').chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: '[model: refuse]' }],
      });
    } catch (refusal) {
      console.log('refused:', refusal.status);
    }
    console.log('trace', root.traceId);
  }),
);
await sdk.shutdown();
