// Observations of every kind with @langfuse/tracing.
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { propagateAttributes, startActiveObservation, startObservation } from '@langfuse/tracing';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] });
sdk.start();

const question = 'Where is order 4711?';
await propagateAttributes(
  {
    traceName: 'order desk',
    userId: 'user-42',
    sessionId: 'session-7',
    tags: ['example', 'javascript'],
    metadata: { shop: 'north' },
  },
  () =>
    startActiveObservation(
      'order_desk',
      async (agent) => {
        agent.update({ input: question });
        const retriever = startObservation('find_documents', { input: question }, { asType: 'retriever' });
        retriever.update({ output: ['Orders leave our warehouse within a day.'] }).end();
        const generation = startObservation(
          'ask_model',
          {
            model: 'gpt-4o-mini',
            modelParameters: { temperature: 0.2 },
            input: [{ role: 'user', content: question }],
          },
          { asType: 'generation' },
        );
        generation
          .update({
            output: { role: 'assistant', content: 'Order 4711 left our warehouse and arrives today.' },
            usageDetails: { input: 1000, input_cached_tokens: 200, output: 350 },
          })
          .end();
        const tool = startObservation('refund', { input: { order: 4711 } }, { asType: 'tool' });
        tool.update({ level: 'ERROR', statusMessage: 'no refund after 30 days' }).end();
        agent.update({ output: 'Order 4711 left our warehouse and arrives today.' });
        console.log('trace', agent.traceId);
      },
      { asType: 'agent' },
    ),
);
await sdk.shutdown();
