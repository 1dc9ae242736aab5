package dev.sightline.evaluator.catalog;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.backfill.BackfillStore;
import dev.sightline.evaluator.connection.Connections;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.queue.RunExecution;
import dev.sightline.evaluator.queue.RunStore;
import dev.sightline.evaluator.rpc.ServiceCalls;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.scorer.Scorers;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.evaluator.trace.TraceSource;
import dev.sightline.proto.evaluator.v1.Backfill;
import dev.sightline.proto.evaluator.v1.CreateTemplateRequest;
import dev.sightline.proto.evaluator.v1.DeleteResponse;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.EvaluatorsGrpc;
import dev.sightline.proto.evaluator.v1.IdRequest;
import dev.sightline.proto.evaluator.v1.ListBackfillsResponse;
import dev.sightline.proto.evaluator.v1.ListConnectionsResponse;
import dev.sightline.proto.evaluator.v1.ListEvaluatorsResponse;
import dev.sightline.proto.evaluator.v1.ListRulesResponse;
import dev.sightline.proto.evaluator.v1.ListScorersResponse;
import dev.sightline.proto.evaluator.v1.ListTemplatesResponse;
import dev.sightline.proto.evaluator.v1.LlmConnection;
import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.proto.evaluator.v1.PutConnectionRequest;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.TestConnectionRequest;
import dev.sightline.proto.evaluator.v1.TestConnectionResponse;
import dev.sightline.proto.evaluator.v1.TestEvaluatorRequest;
import dev.sightline.proto.evaluator.v1.TestEvaluatorResponse;
import dev.sightline.proto.evaluator.v1.WriteBackfillRequest;
import dev.sightline.proto.evaluator.v1.WriteEvaluatorRequest;
import dev.sightline.proto.evaluator.v1.WriteRuleRequest;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.GetTraceResponse;
import dev.sightline.proto.query.v1.ListTracesRequest;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/** The administration of evaluators by gRPC, for query-service, which has checked who asks. */
@GrpcService
@RegisterInterceptor(ServiceCalls.class)
public class EvaluatorsService extends EvaluatorsGrpc.EvaluatorsImplBase {
    private static final int OPEN_BACKFILLS_MAX = 20;
    private static final DeleteResponse DELETED = DeleteResponse.getDefaultInstance();

    private final Catalog catalog;
    private final Connections connections;
    private final Scorers scorers;
    private final BackfillStore backfills;
    private final RunStore runs;
    private final RunExecution execution;
    private final TraceSource source;

    EvaluatorsService(Catalog catalog, Connections connections, Scorers scorers, BackfillStore backfills, RunStore runs,
            RunExecution execution, TraceSource source) {
        this.catalog = catalog;
        this.connections = connections;
        this.scorers = scorers;
        this.backfills = backfills;
        this.runs = runs;
        this.execution = execution;
        this.source = source;
    }

    private static <T> void answer(String projectId, StreamObserver<T> observer, Supplier<T> work) {
        ServiceCalls.answer(observer, () -> {
            Checks.require(!projectId.isEmpty(), "project_id", "is missing");
            return work.get();
        });
    }

    @Override
    public void listTemplates(ProjectRequest request, StreamObserver<ListTemplatesResponse> observer) {
        answer(request.getProjectId(), observer, () -> ListTemplatesResponse.newBuilder()
                .addAllData(catalog.templates(request.getProjectId())).build());
    }

    @Override
    public void createTemplate(CreateTemplateRequest request, StreamObserver<Template> observer) {
        answer(request.getProjectId(), observer, () ->
                catalog.createTemplate(request.getProjectId(), request.getTemplate()));
    }

    @Override
    public void listScorers(ProjectRequest request, StreamObserver<ListScorersResponse> observer) {
        answer(request.getProjectId(), observer, () ->
                ListScorersResponse.newBuilder().addAllData(scorers.all()).build());
    }

    @Override
    public void listEvaluators(ProjectRequest request, StreamObserver<ListEvaluatorsResponse> observer) {
        answer(request.getProjectId(), observer, () -> ListEvaluatorsResponse.newBuilder()
                .addAllData(catalog.evaluators(request.getProjectId())).build());
    }

    @Override
    public void getEvaluator(IdRequest request, StreamObserver<Evaluator> observer) {
        answer(request.getProjectId(), observer, () -> catalog.evaluator(request.getProjectId(), request.getId()));
    }

    @Override
    public void createEvaluator(WriteEvaluatorRequest request, StreamObserver<Evaluator> observer) {
        answer(request.getProjectId(), observer, () ->
                written(catalog.createEvaluator(request.getProjectId(), request.getEvaluator())));
    }

    @Override
    public void updateEvaluator(WriteEvaluatorRequest request, StreamObserver<Evaluator> observer) {
        answer(request.getProjectId(), observer, () -> written(catalog.updateEvaluator(request.getProjectId(),
                request.getId(), request.getEvaluator(), request.getUpdateMask())));
    }

    private Evaluator written(Evaluator evaluator) {
        return evaluator.toBuilder().setSigningSecret(scorers.signingSecret(evaluator.getScorer())).build();
    }

    @Override
    public void deleteEvaluator(IdRequest request, StreamObserver<DeleteResponse> observer) {
        answer(request.getProjectId(), observer, () -> {
            catalog.deleteEvaluator(request.getProjectId(), request.getId());
            return DELETED;
        });
    }

    @Override
    public void testEvaluator(TestEvaluatorRequest request, StreamObserver<TestEvaluatorResponse> observer) {
        answer(request.getProjectId(), observer, () -> test(request));
    }

    private TestEvaluatorResponse test(TestEvaluatorRequest request) {
        Evaluator evaluator = request.getEvaluatorId().isEmpty()
                ? catalog.checked(request.getProjectId(), named(request.getEvaluator()))
                : catalog.evaluator(request.getProjectId(), request.getEvaluatorId());
        Instant start = Instant.now();
        try {
            RunExecution.Trial trial = execution.trial(request.getProjectId(), evaluator, material(request),
                    request.getVariablesMap());
            TestEvaluatorResponse.Builder result = TestEvaluatorResponse.newBuilder().setPrompt(trial.prompt())
                    .setDurationSeconds(Duration.between(start, Instant.now()).toMillis() / 1000.0);
            trial.outcome().call().ifPresent(call -> result.setModel(call.model()).setAnswer(call.answer())
                    .setInputTokens(Math.max(0, call.inputTokens())).setOutputTokens(Math.max(0, call.outputTokens())));
            switch (trial.outcome()) {
                case Outcome.Scored scored -> {
                    result.setStringValue(scored.result().text()).setComment(scored.comment())
                            .putAllMetadata(scored.metadata());
                    if (scored.result().isNumber()) {
                        result.setValue(scored.value());
                    }
                }
                case Outcome.Failed failed -> result.setError(failed.error());
            }
            return result.build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.of(ErrorCode.OVERLOADED, "the service stops");
        }
    }

    private static Evaluator named(Evaluator given) {
        return given.getName().isEmpty() ? given.toBuilder().setName("test").build() : given;
    }

    private Material material(TestEvaluatorRequest request) throws InterruptedException {
        if (request.getTraceId().isEmpty()) {
            Checks.require(request.getVariablesCount() > 0, "trace_id", "is missing; name a trace or give variables");
            return Material.ofVariables(request.getVariablesMap());
        }
        TraceKey key = new TraceKey(request.getProjectId(), id("trace_id", request.getTraceId(), 16));
        if (!(source.fetch(key) instanceof TraceSource.Fetch.Found(GetTraceResponse trace))) {
            throw ServiceException.of(ErrorCode.NOT_FOUND, "the project has no trace " + request.getTraceId());
        }
        if (request.getObservationId().isEmpty()) {
            return Material.ofTrace(trace.getObservationsList());
        }
        ByteString spanId = id("observation_id", request.getObservationId(), 8);
        Observation focus = trace.getObservationsList().stream().filter(o -> o.getSpanId().equals(spanId)).findFirst()
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                        "the trace has no observation " + request.getObservationId()));
        return Material.ofObservation(trace.getObservationsList(), focus);
    }

    private static ByteString id(String field, String hex, int bytes) {
        try {
            ByteString id = ByteString.copyFrom(HexFormat.of().parseHex(hex));
            Checks.require(id.size() == bytes, field, "must have " + 2 * bytes + " hexadecimal digits");
            return id;
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid(field, "must have " + 2 * bytes + " hexadecimal digits");
        }
    }

    @Override
    public void listRules(ProjectRequest request, StreamObserver<ListRulesResponse> observer) {
        answer(request.getProjectId(), observer, () -> ListRulesResponse.newBuilder()
                .addAllData(catalog.rules(request.getProjectId()).stream().map(this::active).toList()).build());
    }

    @Override
    public void getRule(IdRequest request, StreamObserver<Rule> observer) {
        answer(request.getProjectId(), observer, () ->
                active(catalog.rule(request.getProjectId(), request.getId())));
    }

    @Override
    public void createRule(WriteRuleRequest request, StreamObserver<Rule> observer) {
        answer(request.getProjectId(), observer, () -> {
            checkQuery(request.getProjectId(), request.getRule().getQuery());
            return active(catalog.createRule(request.getProjectId(), request.getRule()));
        });
    }

    @Override
    public void updateRule(WriteRuleRequest request, StreamObserver<Rule> observer) {
        answer(request.getProjectId(), observer, () -> {
            checkQuery(request.getProjectId(), request.getRule().getQuery());
            return active(catalog.updateRule(request.getProjectId(), request.getId(), request.getRule(),
                    request.getUpdateMask()));
        });
    }

    private Rule active(Rule rule) {
        return rule.toBuilder().setActivity(runs.activity(rule.getId())).build();
    }

    /** By asking the one who will be asked. */
    private void checkQuery(String projectId, String query) {
        if (query.isBlank()) {
            return;
        }
        try {
            source.list(ListTracesRequest.newBuilder().setProjectId(projectId).setQuery(query).setLimit(1).build());
        } catch (TraceSource.QueryRefused e) {
            throw ServiceException.invalid("query", e.getMessage().replaceFirst("^query: ", ""));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.of(ErrorCode.OVERLOADED, "the service stops");
        }
    }

    @Override
    public void deleteRule(IdRequest request, StreamObserver<DeleteResponse> observer) {
        answer(request.getProjectId(), observer, () -> {
            catalog.deleteRule(request.getProjectId(), request.getId());
            return DELETED;
        });
    }

    @Override
    public void listBackfills(IdRequest request, StreamObserver<ListBackfillsResponse> observer) {
        answer(request.getProjectId(), observer, () -> {
            catalog.rule(request.getProjectId(), request.getId());
            List<Backfill> all = backfills.ofRule(request.getProjectId(), request.getId());
            return ListBackfillsResponse.newBuilder().addAllData(all).build();
        });
    }

    @Override
    public void getBackfill(IdRequest request, StreamObserver<Backfill> observer) {
        answer(request.getProjectId(), observer, () -> backfills.get(request.getProjectId(), request.getId()));
    }

    @Override
    public void createBackfill(WriteBackfillRequest request, StreamObserver<Backfill> observer) {
        answer(request.getProjectId(), observer, () -> {
            Rule rule = catalog.rule(request.getProjectId(), request.getBackfill().getRuleId());
            Checks.require(rule.getEvaluatorIdsCount() > 0, "rule_id", "the rule has no evaluator");
            Checks.require(request.getBackfill().hasFrom(), "from", "is missing; name the time of the oldest trace");
            Instant from = instant(request.getBackfill().getFrom());
            Instant to = request.getBackfill().hasTo() ? instant(request.getBackfill().getTo()) : Instant.now();
            Checks.require(from.isBefore(to), "from", "must be before to");
            Checks.require(backfills.open(request.getProjectId()) < OPEN_BACKFILLS_MAX, "rule_id",
                    "the project has " + OPEN_BACKFILLS_MAX + " backfills under way already");
            return backfills.create(request.getProjectId(), rule.getId(), from, to);
        });
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    @Override
    public void updateBackfill(WriteBackfillRequest request, StreamObserver<Backfill> observer) {
        answer(request.getProjectId(), observer, () -> {
            String state = request.getBackfill().getState();
            Checks.require(List.of("running", "paused", "cancelled").contains(state), "state",
                    "must be running, paused or cancelled");
            Backfill before = backfills.get(request.getProjectId(), request.getId());
            Checks.require(backfills.state(request.getProjectId(), request.getId(), state), "state",
                    "the backfill is over: " + before.getState());
            if (state.equals("cancelled")) {
                runs.cancel(request.getId());
            }
            return backfills.get(request.getProjectId(), request.getId());
        });
    }

    @Override
    public void listConnections(ProjectRequest request, StreamObserver<ListConnectionsResponse> observer) {
        answer(request.getProjectId(), observer, () -> ListConnectionsResponse.newBuilder()
                .addAllData(connections.list(request.getProjectId())).build());
    }

    @Override
    public void getConnection(IdRequest request, StreamObserver<LlmConnection> observer) {
        answer(request.getProjectId(), observer, () -> connections.get(request.getProjectId(), request.getId()));
    }

    @Override
    public void putConnection(PutConnectionRequest request, StreamObserver<LlmConnection> observer) {
        answer(request.getProjectId(), observer, () ->
                connections.put(request.getProjectId(), request.getConnection()));
    }

    @Override
    public void deleteConnection(IdRequest request, StreamObserver<DeleteResponse> observer) {
        answer(request.getProjectId(), observer, () -> {
            connections.delete(request.getProjectId(), request.getId());
            return DELETED;
        });
    }

    @Override
    public void testConnection(TestConnectionRequest request, StreamObserver<TestConnectionResponse> observer) {
        answer(request.getProjectId(), observer, () ->
                connections.test(request.getProjectId(), request.getName(), request.getModel()));
    }
}
