// An agent traced by hand with the stock OpenTelemetry SDK and the GenAI semantic conventions.
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK(); // protocol, endpoint and headers come from OTEL_EXPORTER_OTLP_*
sdk.start();
const tracer = trace.getTracer('order-desk', '1.0');

const message = (role, text) => ({ role, parts: [{ type: 'text', content: text }] });

tracer.startActiveSpan('invoke_agent order-desk', (agent) => {
  agent.setAttributes({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'order-desk',
    'gen_ai.conversation.id': 'session-7',
    'user.id': 'user-42',
    'langfuse.trace.tags': ['example', 'javascript'],
  });
  tracer.startActiveSpan('chat gpt-4o-mini', { kind: SpanKind.CLIENT }, (chat) => {
    chat.setAttributes({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.usage.input_tokens': 1200,
      'gen_ai.usage.cache_read.input_tokens': 200,
      'gen_ai.usage.output_tokens': 350,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.input.messages': JSON.stringify([message('user', 'Where is order 4711?')]),
      'gen_ai.output.messages': JSON.stringify([
        message('assistant', 'Order 4711 left our warehouse and arrives today.'),
      ]),
    });
    chat.end();
  });
  tracer.startActiveSpan('execute_tool refund', (refund) => {
    refund.setAttributes({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'refund' });
    const error = new RangeError('no refund after 30 days');
    refund.recordException(error);
    refund.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    refund.end();
  });
  agent.end();
  console.log('trace', agent.spanContext().traceId);
});
await sdk.shutdown();
