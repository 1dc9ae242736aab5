package dev.sightline.evaluator.testing;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sightline.proto.evaluator.v1.CreateTemplateRequest;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.EvaluatorsGrpc;
import dev.sightline.proto.evaluator.v1.IdRequest;
import dev.sightline.proto.evaluator.v1.Judge;
import dev.sightline.proto.evaluator.v1.LlmConnection;
import dev.sightline.proto.evaluator.v1.PutConnectionRequest;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.Scorer;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.WriteEvaluatorRequest;
import dev.sightline.proto.evaluator.v1.WriteRuleRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;

/** Query-service as evaluator-service's administration sees it: gRPC with the service token. */
public final class Admin implements AutoCloseable {
    private final ManagedChannel channel;
    private final String projectId;

    public Admin(int port, String projectId) {
        this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        this.projectId = projectId;
    }

    public EvaluatorsGrpc.EvaluatorsBlockingStub call() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + TraceStore.TOKEN);
        return withoutToken().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    public EvaluatorsGrpc.EvaluatorsBlockingStub withoutToken() {
        return EvaluatorsGrpc.newBlockingStub(channel);
    }

    public IdRequest id(String id) {
        return IdRequest.newBuilder().setProjectId(projectId).setId(id).build();
    }

    public LlmConnection connection(LlmConnection connection) {
        return call().putConnection(PutConnectionRequest.newBuilder().setProjectId(projectId).setConnection(connection)
                .build());
    }

    public Template copy(String original, String name) {
        return call().createTemplate(CreateTemplateRequest.newBuilder().setProjectId(projectId)
                .setTemplate(Template.newBuilder().setName(name).setCopyOf(original)).build());
    }

    public Evaluator judge(String name, String template, String connection) {
        return evaluator(Evaluator.newBuilder().setName(name)
                .setJudge(Judge.newBuilder().setTemplate(template).setConnection(connection)).build());
    }

    /** @param parameters names and texts in turn */
    public Evaluator scorer(String name, String scorer, String... parameters) {
        Struct.Builder struct = Struct.newBuilder();
        for (int i = 0; i < parameters.length; i += 2) {
            struct.putFields(parameters[i], Value.newBuilder().setStringValue(parameters[i + 1]).build());
        }
        return evaluator(Evaluator.newBuilder().setName(name)
                .setScorer(Scorer.newBuilder().setName(scorer).setParameters(struct)).build());
    }

    public Evaluator evaluator(Evaluator evaluator) {
        return call().createEvaluator(WriteEvaluatorRequest.newBuilder().setProjectId(projectId)
                .setEvaluator(evaluator).build());
    }

    public Rule rule(Rule rule) {
        return call().createRule(WriteRuleRequest.newBuilder().setProjectId(projectId).setRule(rule).build());
    }

    /** For every trace. */
    public Rule rule(String name, Evaluator... evaluators) {
        Rule.Builder rule = Rule.newBuilder().setName(name);
        for (Evaluator evaluator : evaluators) {
            rule.addEvaluatorIds(evaluator.getId());
        }
        return rule(rule.build());
    }

    public Rule rule(String id) {
        return call().getRule(id(id));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
