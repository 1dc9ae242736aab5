// A LangChain.js agent with a tool, traced by @langfuse/langchain.
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { CallbackHandler } from '@langfuse/langchain';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { createAgent } from 'langchain';

const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] });
sdk.start();

const findOrder = tool(async () => 'sent', {
  name: 'find_order',
  description: 'Says where an order is.',
  schema: { type: 'object', properties: { order: { type: 'integer' } }, required: ['order'] },
});
const agent = createAgent({
  model: new ChatOpenAI({ model: 'gpt-4o-mini', configuration: { baseURL: process.env.OPENAI_BASE_URL } }),
  tools: [findOrder],
  systemPrompt: 'Be brief.',
});
const handler = new CallbackHandler({ userId: 'user-42', sessionId: 'session-7', tags: ['example', 'javascript'] });
await agent.invoke(
  { messages: [{ role: 'user', content: 'Where is order 4711?' }] },
  { callbacks: [handler], runName: 'order desk' },
);
console.log('trace', handler.last_trace_id);
await sdk.shutdown();
