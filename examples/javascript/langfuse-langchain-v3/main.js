// A LangChain.js chain, traced by langfuse-langchain, version 3.
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatOpenAI } from '@langchain/openai';
import { CallbackHandler } from 'langfuse-langchain';

const prompt = ChatPromptTemplate.fromMessages([
  ['system', 'Be brief.'],
  ['user', '{question}'],
]);
const model = new ChatOpenAI({ model: 'gpt-4o-mini', configuration: { baseURL: process.env.OPENAI_BASE_URL } });
const chain = prompt.pipe(model).pipe(new StringOutputParser());
const handler = new CallbackHandler({ userId: 'user-42', sessionId: 'session-7', tags: ['example', 'javascript'] });
await chain.invoke({ question: 'Where is order 4711?' }, { callbacks: [handler], runName: 'order desk' });
console.log('trace', handler.getTraceId());
await handler.shutdownAsync();
