/** Programs that send one span with stock OpenTelemetry, with this server's address filled in. */
export interface Snippet {
  id: string
  name: string
  install?: string
  code: string
  note?: string
}

/** The key of a program, until a real one is known. */
export interface SnippetKey {
  publicKey: string
  secretKey: string
}

export const SOME_KEY: SnippetKey = { publicKey: 'PUBLIC_KEY', secretKey: 'SECRET_KEY' }

export function snippets(origin: string, hostname: string, key = SOME_KEY): Snippet[] {
  const keys = `${key.publicKey}:${key.secretKey}`
  const http = `${origin}/api/public/otel/v1/traces`
  const grpc = `http://${hostname}:4317`
  return [
    python(http, keys),
    javaScript(http, keys),
    java(grpc, keys),
    langChain(origin, key),
    otelGrpc(hostname, keys),
    curl(http, keys),
    environment(origin, keys),
  ]
}

function python(url: string, keys: string): Snippet {
  return {
    id: 'python',
    name: 'Python',
    install: 'pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http',
    code: `import base64
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

key = base64.b64encode(b"${keys}").decode()
exporter = OTLPSpanExporter("${url}", headers={"Authorization": f"Basic {key}"})
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(exporter))

with provider.get_tracer("first").start_as_current_span("chat my-model") as span:
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("gen_ai.request.model", "my-model")
    span.set_attribute("gen_ai.input.messages", '[{"role":"user","parts":[{"type":"text","content":"Hello?"}]}]')
    span.set_attribute("gen_ai.output.messages", '[{"role":"assistant","parts":[{"type":"text","content":"Hi!"}]}]')
provider.shutdown()`,
  }
}

function javaScript(url: string, keys: string): Snippet {
  return {
    id: 'javascript',
    name: 'JavaScript',
    install: 'npm install @opentelemetry/sdk-trace-node @opentelemetry/exporter-trace-otlp-proto',
    code: `import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

const Authorization = 'Basic ' + Buffer.from('${keys}').toString('base64')
const exporter = new OTLPTraceExporter({ url: '${url}', headers: { Authorization } })
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })

const span = provider.getTracer('first').startSpan('chat my-model')
span.setAttribute('gen_ai.operation.name', 'chat')
span.setAttribute('gen_ai.request.model', 'my-model')
span.setAttribute('gen_ai.input.messages', '[{"role":"user","parts":[{"type":"text","content":"Hello?"}]}]')
span.setAttribute('gen_ai.output.messages', '[{"role":"assistant","parts":[{"type":"text","content":"Hi!"}]}]')
span.end()
await provider.shutdown()`,
  }
}

function java(endpoint: string, keys: string): Snippet {
  return {
    id: 'java',
    name: 'Java (gRPC)',
    code: `// io.opentelemetry:opentelemetry-sdk and io.opentelemetry:opentelemetry-exporter-otlp
var key = Base64.getEncoder().encodeToString("${keys}".getBytes(UTF_8));
var exporter = OtlpGrpcSpanExporter.builder()
    .setEndpoint("${endpoint}")
    .addHeader("Authorization", "Basic " + key)
    .build();
try (var provider = SdkTracerProvider.builder()
    .addSpanProcessor(BatchSpanProcessor.builder(exporter).build()).build()) {
  var span = provider.get("first").spanBuilder("chat my-model").startSpan();
  span.setAttribute("gen_ai.operation.name", "chat");
  span.setAttribute("gen_ai.request.model", "my-model");
  span.setAttribute("gen_ai.input.messages", """
      [{"role":"user","parts":[{"type":"text","content":"Hello?"}]}]""");
  span.setAttribute("gen_ai.output.messages", """
      [{"role":"assistant","parts":[{"type":"text","content":"Hi!"}]}]""");
  span.end();
}`,
    note: '4317 is the default port of OTLP over gRPC; yours may differ.',
  }
}

function langChain(origin: string, { publicKey, secretKey }: SnippetKey): Snippet {
  return {
    id: 'langchain',
    name: 'LangChain',
    install: 'pip install langfuse langchain langchain-openai',
    code: `# Langfuse's callback handler sends to Sightline as it is.
import os
os.environ["LANGFUSE_HOST"] = "${origin}"
os.environ["LANGFUSE_PUBLIC_KEY"] = "${publicKey}"
os.environ["LANGFUSE_SECRET_KEY"] = "${secretKey}"

from langchain_openai import ChatOpenAI
from langfuse import get_client
from langfuse.langchain import CallbackHandler

ChatOpenAI(model="gpt-4o-mini").invoke("Hello?", config={"callbacks": [CallbackHandler()]})
get_client().flush()`,
  }
}

function otelGrpc(hostname: string, keys: string): Snippet {
  return {
    id: 'otel-grpc',
    name: 'OTel gRPC',
    install: 'pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-grpc',
    code: `import base64
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

key = base64.b64encode(b"${keys}").decode()
exporter = OTLPSpanExporter("${hostname}:4317", insecure=True, headers=(("authorization", f"Basic {key}"),))
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(exporter))

with provider.get_tracer("first").start_as_current_span("chat my-model") as span:
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("gen_ai.request.model", "my-model")
provider.shutdown()`,
    note: '4317 is the default port of OTLP over gRPC; yours may differ. Leave out insecure=True where it speaks TLS.',
  }
}

function curl(url: string, keys: string): Snippet {
  return {
    id: 'curl',
    name: 'curl',
    code: `NOW=$(date +%s)
curl -fsS -u '${keys}' -H 'Content-Type: application/json' ${url} -d '{
  "resourceSpans": [{"scopeSpans": [{"spans": [{
    "traceId": "'$(openssl rand -hex 16)'", "spanId": "'$(openssl rand -hex 8)'",
    "name": "chat my-model", "kind": 3,
    "startTimeUnixNano": "'$NOW'000000000", "endTimeUnixNano": "'$NOW'800000000",
    "attributes": [
      {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
      {"key": "gen_ai.request.model", "value": {"stringValue": "my-model"}},
      {"key": "gen_ai.input.messages", "value": {"stringValue":
        "[{\\"role\\":\\"user\\",\\"parts\\":[{\\"type\\":\\"text\\",\\"content\\":\\"Hello?\\"}]}]"}},
      {"key": "gen_ai.output.messages", "value": {"stringValue":
        "[{\\"role\\":\\"assistant\\",\\"parts\\":[{\\"type\\":\\"text\\",\\"content\\":\\"Hi!\\"}]}]"}}
    ]}]}]}]}'`,
  }
}

function environment(origin: string, keys: string): Snippet {
  return {
    id: 'environment',
    name: 'Environment',
    code: `# For programs that are instrumented already
export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}/api/public/otel
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_EXPORTER_OTLP_HEADERS="Authorization=Basic%20$(printf %s '${keys}' | base64 -w0)"`,
  }
}
