// Scores on an observation and on its trace with @langfuse/client.
import { LangfuseClient } from '@langfuse/client';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { startObservation } from '@langfuse/tracing';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] });
sdk.start();
const langfuse = new LangfuseClient();

const root = startObservation('order desk');
root.end();
langfuse.score.observation(root, { name: 'correct', value: 1, dataType: 'BOOLEAN' });
langfuse.score.trace(root, { name: 'helpful', value: 0.75, dataType: 'NUMERIC', comment: 'It says when.' });
langfuse.score.trace(root, { name: 'tone', value: 'friendly', dataType: 'CATEGORICAL' });
console.log('trace', root.traceId);
await langfuse.flush();
await sdk.shutdown();
