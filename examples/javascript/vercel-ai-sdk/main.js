// The Vercel AI SDK's own telemetry, with a tool, whole and streamed.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';

const sdk = new NodeSDK(); // protocol, endpoint and headers come from OTEL_EXPORTER_OTLP_*
sdk.start();

const provider = createOpenAICompatible({
  name: 'openai',
  baseURL: process.env.OPENAI_BASE_URL,
  apiKey: process.env.OPENAI_API_KEY,
  includeUsage: true,
});
const common = {
  model: provider.chatModel('gpt-4o-mini'),
  system: 'Be brief.',
  prompt: 'Where is order 4711?',
  maxRetries: 0,
  experimental_telemetry: {
    isEnabled: true,
    functionId: 'order-desk',
    metadata: { userId: 'user-42', sessionId: 'session-7', tags: ['example', 'javascript'], shop: 'north' },
  },
};
await trace.getTracer('order-desk').startActiveSpan('order desk', async (root) => {
  await generateText({
    ...common,
    temperature: 0.2,
    stopWhen: stepCountIs(3),
    tools: {
      find_order: tool({
        description: 'Says where an order is.',
        inputSchema: jsonSchema({ type: 'object', properties: { order: { type: 'integer' } }, required: ['order'] }),
        execute: async () => ({ state: 'sent' }),
      }),
    },
  });
  const { textStream } = streamText(common);
  for await (const _ of textStream);
  try {
    await generateText({ ...common, prompt: '[model: refuse]' });
  } catch (refusal) {
    console.log('refused:', refusal.statusCode);
  }
  root.end();
  console.log('trace', root.spanContext().traceId);
});
await sdk.shutdown();
