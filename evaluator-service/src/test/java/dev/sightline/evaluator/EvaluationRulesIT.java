package dev.sightline.evaluator;

import static dev.sightline.evaluator.testing.ScriptedJudge.body;
import static dev.sightline.evaluator.testing.ScriptedJudge.completion;
import static dev.sightline.evaluator.testing.ScriptedJudge.content;
import static dev.sightline.evaluator.testing.ScriptedJudge.slowly;
import static dev.sightline.evaluator.testing.ScriptedJudge.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.sightline.evaluator.testing.Admin;
import dev.sightline.evaluator.testing.ScriptedJudge;
import dev.sightline.evaluator.testing.ServiceProcess;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.control.v1.LinkedItem;
import dev.sightline.proto.control.v1.ListRunItemsResponse;
import dev.sightline.proto.evaluator.v1.Backfill;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Judge;
import dev.sightline.proto.evaluator.v1.LlmConnection;
import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.TestConnectionRequest;
import dev.sightline.proto.evaluator.v1.TestEvaluatorRequest;
import dev.sightline.proto.evaluator.v1.TestEvaluatorResponse;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import dev.sightline.proto.evaluator.v1.WriteBackfillRequest;
import dev.sightline.proto.evaluator.v1.WriteEvaluatorRequest;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a project's own evaluators and rules make of its traces, with real engines and LangChain4j's real clients. */
class EvaluationRulesIT extends BuiltService {
    private static final String KEY = "azure-key-of-the-tests";

    private Admin admin(ServiceProcess service) {
        Admin admin = new Admin(service.grpcPort(), project);
        open.add(admin);
        return admin;
    }

    private LlmConnection azure() {
        return LlmConnection.newBuilder().setName("azure").setProvider("azure").setBaseUrl(judge.address())
                .addModels("judge-deployment").setApiKey(KEY).setConcurrency(8).build();
    }

    private Map<String, List<Score>> byEvaluator() {
        return book.stored(project).values().stream().filter(score -> score.getMetadataMap().containsKey("evaluator_id"))
                .collect(Collectors.groupingBy(Score::getEvaluatorName));
    }

    private int count(String evaluator) {
        return byEvaluator().getOrDefault(evaluator, List.of()).size();
    }

    @Test
    void killedInTheMiddleOfAThousandEvaluationsEachScoreIsThereOnce() throws Exception {
        long seed = Long.getLong("sightline.seed", System.nanoTime());
        System.out.println("killedInTheMiddle…: -Dsightline.seed=" + seed);
        Random random = new Random(seed);
        store.start();
        ScriptedJudge.Step[] answers = {verdict(0.5, "ok"), slowly(300, verdict(0.5, "ok")),
                body(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After", "1"),
                content("<think>well {\\\"score\\\": 0.1}</think>```json\\n{\\\"reasoning\\\":\\\"ok\\\",\\\"score\\\":0.5,}```"),
                body(500, "oops"), content("I can't say."),
                body(200, completion("{\\\"score\\\": 0.5, \\\"reasoning\\\": \\\"It is go", "length"))};
        judge.otherwise(exchange -> {
            ScriptedJudge.Step step;
            synchronized (random) {
                step = random.nextInt(10) < 7 ? answers[0] : answers[random.nextInt(answers.length)];
            }
            step.answer(exchange);
        });
        String[] environment = {"SIGHTLINE_EVALUATOR_QUEUE_LEASE", "PT3S", "SIGHTLINE_EVALUATOR_QUEUE_BACKOFF", "PT0.2S",
            "SIGHTLINE_EVALUATOR_QUEUE_BACKOFF_MAX", "PT1S", "SIGHTLINE_EVALUATOR_QUEUE_ATTEMPTS_MAX", "20",
            "SIGHTLINE_EVALUATOR_CONNECTION_CIRCUIT_FAILURES", "1000", "SIGHTLINE_RELEVANCE_ENABLED", "false",
            "SIGHTLINE_EVALUATOR_QUEUE_POLL", "PT0.2S"};
        ServiceProcess service = service(environment);
        untilReady(service);
        Admin admin = admin(service);
        admin.connection(azure());
        admin.copy("sightline/relevance", "relevance");
        Rule rule = admin.rule("all", admin.judge("first", "relevance", "azure"), admin.judge("second", "relevance", "azure"));
        List<TraceKey> keys = new ArrayList<>();
        for (int record = 0; record < 50; record++) {
            List<TraceKey> touched = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                touched.add(newTrace("What is number " + traceCount + "?", "It is the number " + traceCount + "."));
            }
            keys.addAll(touched);
            touched.add(keys.get(random.nextInt(keys.size())));
            activity(touched.toArray(TraceKey[]::new));
        }
        for (int kill : new int[] {200, 550, 800}) {
            eventually(kill + " scores", () -> book.stored(project).size() >= kill);
            service.kill();
            service = service(environment);
        }
        assertThat(book.stored(project).size()).as("killed in the middle").isLessThan(1_000);
        eventually("all scores", () -> book.stored(project).size() >= 1_000);
        Admin last = admin(service);
        eventually("nothing waits", () -> last.rule(rule.getId()).getActivity().getWaiting() == 0);
        eventually("offsets are committed", this::everythingIsCommitted);
        Map<String, Score> stored = book.stored(project);
        assertThat(stored).hasSize(1_000);
        assertThat(stored.values()).allSatisfy(score -> {
            assertThat(score.getError()).isEmpty();
            assertThat(score.getValue()).isEqualTo(0.5);
        });
        Map<Object, Long> perObject = stored.values().stream().collect(Collectors.groupingBy(
                score -> List.of(score.getTraceId(), score.getEvaluatorName()), Collectors.counting()));
        assertThat(perObject).hasSize(1_000).allSatisfy((object, times) -> assertThat(times).isEqualTo(1));
        assertThat(judge.requests()).allSatisfy(request -> {
            assertThat(request.path()).isEqualTo("/openai/deployments/judge-deployment/chat/completions");
            assertThat(request.headers().entrySet()).anyMatch(header ->
                    header.getKey().equalsIgnoreCase("api-key") && header.getValue().contains(KEY));
        });
    }

    @Test
    void fiftyCallsAreUnderWayAtOnceOnLittleMemory() throws Exception {
        store.start();
        judge.otherwise(slowly(2_000, verdict(0.5, "ok")));
        ServiceProcess service = service("SIGHTLINE_RELEVANCE_ENABLED", "false");
        untilReady(service);
        Admin admin = admin(service);
        admin.connection(azure().toBuilder().setConcurrency(50).build());
        admin.rule("all", admin.judge("judged", "sightline/helpfulness", "azure"));
        List<TraceKey> keys = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            keys.add(newTrace("What is number " + i + "?", "It is " + "number ".repeat(3_000) + i + "."));
        }
        activity(keys.toArray(TraceKey[]::new));
        eventually("all scores", () -> count("judged") == 200);
        assertThat(judge.underWayMax()).isEqualTo(50);
        System.out.println("resident with 50 calls under way: " + service.residentBytes() / (1 << 20) + " MiB");
    }

    @Test
    void aBrokenEvaluatorIsPausedWithItsReasonAndNothingElseStops() throws Exception {
        store.start();
        try (ScriptedJudge wrongKey = new ScriptedJudge()) {
            wrongKey.otherwise(body(401, "{\"error\":{\"message\":\"no such key\"}}"));
            judge.otherwise(verdict(0.75, "fine"));
            ServiceProcess service = service("SIGHTLINE_RELEVANCE_ENABLED", "false");
            untilReady(service);
            Admin admin = admin(service);
            admin.connection(azure());
            admin.connection(LlmConnection.newBuilder().setName("broken").setProvider("openai-compatible")
                    .setBaseUrl(wrongKey.address() + "/v1").addModels("m").build());
            Evaluator good = admin.judge("good", "sightline/helpfulness", "azure");
            Evaluator bad = admin.judge("bad", "sightline/helpfulness", "broken");
            Rule rule = admin.rule("all", good, bad);
            for (int i = 0; i < 5; i++) {
                activity(newTrace("What is " + i + "?", "It is " + i + "."));
            }
            eventually("the good one's scores", () -> count("good") == 5);
            eventually("the bad one is paused", () ->
                    admin.call().getEvaluator(admin.id(bad.getId())).getState().equals("paused"));
            assertThat(admin.call().getEvaluator(admin.id(bad.getId())).getPausedReason()).contains("401");
            assertThat(count("bad")).isZero();

            wrongKey.otherwise(verdict(0.25, "late"));
            admin.call().updateEvaluator(WriteEvaluatorRequest.newBuilder().setProjectId(project).setId(bad.getId())
                    .setEvaluator(Evaluator.newBuilder().setState("active"))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("state")).build());
            eventually("it goes on where it stood", () -> count("bad") == 5);
            eventually("nothing waits", () -> admin.rule(rule.getId()).getActivity().getWaiting() == 0);
            assertThat(admin.call().getEvaluator(admin.id(bad.getId())).getVersion()).isEqualTo(1);
        }
    }

    @Test
    void itemsOfDatasetRunsAreJudgedAgainstWhatIsExpectedOfThem() throws Exception {
        store.start();
        judge.otherwise(content("{\\\"reasoning\\\":\\\"r\\\",\\\"score\\\":1}"));
        ServiceProcess service = service("SIGHTLINE_RELEVANCE_ENABLED", "false");
        untilReady(service);
        Admin admin = admin(service);
        admin.connection(azure());
        Evaluator correct = admin.judge("correct", "sightline/correctness", "azure");
        Evaluator like = admin.scorer("like", "similarity", "measure", "exact");
        Evaluator words = admin.scorer("words", "length");
        Rule rule = admin.rule(Rule.newBuilder().setName("items").setTarget("dataset_run_item").setEnabled(true)
                .addEvaluatorIds(correct.getId()).addEvaluatorIds(like.getId()).addEvaluatorIds(words.getId()).build());

        TraceKey ordinary = newTrace("What is a dataset?", "A list.");
        TraceKey linked = newTrace("What is one and one?", "Two.");
        TraceKey run = newTrace("", "");
        Observation first = root(run, "What is two and two?", "Four.").toBuilder().setParentSpanId(ByteString.copyFromUtf8(
                "theirrun")).setExperimentId("monday").setExperimentItemId("spoken").setExperimentExpectedOutput("4").build();
        store.put(run, List.of(first, first.toBuilder().setSpanId(ByteString.copyFromUtf8("rootspa2")).setStartUnixNano(1_001)
                .setInput("{\"question\":\"What is three and three?\"}").setOutput("Six.").setExperimentItemId("stored")
                .clearExperimentExpectedOutput().build()));
        store.runItems(request -> {
            ListRunItemsResponse.Builder known = ListRunItemsResponse.newBuilder();
            request.getItemIdsList().forEach(id -> known.putExpectedOutput(id, "Six."));
            if (request.getTraceId().equals(linked.traceId())) {
                known.addLinked(LinkedItem.newBuilder().setItemId("linked").setExpectedOutput("Two."));
            }
            return known.build();
        });
        activity(ordinary, linked, run);
        eventually("all scores", () -> count("correct") == 3 && count("like") == 3 && count("words") == 3);
        eventually("offsets are committed", this::everythingIsCommitted);
        assertThat(byEvaluator().get("like")).extracting(score -> score.getTraceId().equals(linked.traceId())
                ? "linked" : score.getSpanId().toStringUtf8(), Score::getValue).containsExactlyInAnyOrder(
                tuple("linked", 1.0), tuple("rootspan", 0.0), tuple("rootspa2", 1.0));
        assertThat(byEvaluator().get("words")).extracting(Score::getTraceId).doesNotContain(ordinary.traceId());
        assertThat(judge.requests()).as("the judge sees what is expected").anySatisfy(request -> assertThat(request.body())
                .contains("What is three and three?").contains("Six.").doesNotContain("What is two and two?"));

        admin.call().createBackfill(WriteBackfillRequest.newBuilder().setProjectId(project).setBackfill(Backfill.newBuilder()
                .setRuleId(rule.getId()).setFrom(Timestamp.newBuilder().setSeconds(0))).build());
        eventually("the backfill is done", () -> admin.call().listBackfills(admin.id(rule.getId())).getData(0).getState()
                .equals("done"));
        assertThat(admin.call().listBackfills(admin.id(rule.getId())).getData(0).getScheduled()).isEqualTo(9);
        assertThat(book.stored(project)).as("the same scores").hasSize(9);
    }

    @Test
    void rulesChooseByQuerySamplingBudgetAndTarget() throws Exception {
        store.start();
        store.query((query, trace) -> query.startsWith("session:")
                ? query.equals("session:\"" + trace.getFirst().getSessionId() + "\"")
                : trace.getFirst().getName().equals("chosen"));
        judge.otherwise(content("{\\\"reasoning\\\":\\\"r\\\",\\\"score\\\":1}"));
        ScriptedJudge ofSessions = new ScriptedJudge();
        open.add(ofSessions);
        ofSessions.otherwise(content("{\\\"reasoning\\\":\\\"r\\\",\\\"score\\\":\\\"Resolved\\\"}"));
        ServiceProcess service = service("SIGHTLINE_RELEVANCE_ENABLED", "false",
                "SIGHTLINE_EVALUATOR_QUEUE_SESSION_QUIET", "PT1S");
        untilReady(service);
        Admin admin = admin(service);
        admin.connection(LlmConnection.newBuilder().setName("ollama").setProvider("ollama").setBaseUrl(judge.address())
                .addModels("deepseek-r1").build());
        admin.connection(LlmConnection.newBuilder().setName("sessions").setProvider("ollama")
                .setBaseUrl(ofSessions.address()).addModels("deepseek-r1").build());
        Evaluator resolved = admin.judge("resolved", "sightline/conversation-resolved", "sessions");
        Evaluator perGeneration = admin.evaluator(Evaluator.newBuilder().setName("per generation").setJudge(
                Judge.newBuilder().setTemplate("sightline/conciseness").setConnection("ollama").addMapping(
                        VariableMapping.newBuilder().setVariable("question").setObject("observation").setField("input")
                                .setJsonPath("$[0].content"))).build());
        Evaluator words = admin.scorer("words", "length");
        Evaluator formula = admin.scorer("formula", "expression", "expression", "answer.contains('forty')");
        admin.rule(Rule.newBuilder().setName("sessions").setTarget("session").addEvaluatorIds(resolved.getId()).build());
        Rule budget = admin.rule(Rule.newBuilder().setName("generations").setTarget("observation")
                .addObservationTypes("generation").setBudgetPerDay(4).addEvaluatorIds(perGeneration.getId()).build());
        admin.rule(Rule.newBuilder().setName("chosen").setQuery("name:chosen").addEvaluatorIds(words.getId()).build());
        admin.rule(Rule.newBuilder().setName("half").setSampling(0.5).addEvaluatorIds(formula.getId()).build());
        assertThatThrownBy(() -> admin.rule(Rule.newBuilder().setName("bad").setQuery("nonsense:1").build()))
                .isInstanceOf(StatusRuntimeException.class).hasMessageContaining("query: there is no field nonsense");

        List<TraceKey> keys = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            TraceKey key = newTrace("", "");
            Observation root = root(key, "What is " + i + "?", "It is forty " + i + ".").toBuilder()
                    .setName(i % 4 == 0 ? "chosen" : "other").setSessionId(i < 6 ? "s-" + i / 3 : "")
                    .setStartUnixNano(1_000 + i).build();
            Observation generation = root.toBuilder().setType(ObservationType.GENERATION)
                    .setSpanId(ByteString.copyFromUtf8("genspan1")).setParentSpanId(root.getSpanId())
                    .setInput("[{\"role\":\"user\",\"content\":\"What is " + i + "?\"}]").build();
            store.put(key, i < 10 ? List.of(root, generation) : List.of(root));
            keys.add(key);
        }
        activity(keys.toArray(TraceKey[]::new));
        eventually("the quick scores", () -> count("words") == 10);
        eventually("the sessions' scores", () -> count("resolved") == 2);
        eventually("the generations' scores", () -> count("per generation") == 4);
        eventually("offsets are committed", this::everythingIsCommitted);

        assertThat(byEvaluator().get("words")).allSatisfy(score -> assertThat(score.getValue()).isEqualTo(4));
        assertThat(byEvaluator().get("resolved")).allSatisfy(score -> {
            assertThat(score.getTraceId().isEmpty()).isTrue();
            assertThat(score.getDataType()).isEqualTo(ScoreDataType.CATEGORICAL);
            assertThat(score.getStringValue()).isEqualTo("resolved");
        }).extracting(Score::getSessionId).containsExactlyInAnyOrder("s-0", "s-1");
        assertThat(ofSessions.requests()).anySatisfy(request -> assertThat(request.body())
                .contains("User: What is 0?").contains("User: What is 2?").doesNotContain("User: What is 3?"));
        assertThat(byEvaluator().get("per generation")).allSatisfy(score ->
                assertThat(score.getSpanId()).isEqualTo(ByteString.copyFromUtf8("genspan1")));
        assertThat(admin.rule(budget.getId()).getActivity().getScheduledToday()).isEqualTo(4);
        assertThat(admin.rule(budget.getId()).getActivity().getLeftOutToday()).isEqualTo(6);
        int sampled = count("formula");
        assertThat(sampled).isBetween(5, 35);
        assertThat(byEvaluator().get("formula")).allSatisfy(score -> {
            assertThat(score.getDataType()).isEqualTo(ScoreDataType.BOOLEAN);
            assertThat(score.getValue()).isEqualTo(1);
        });
    }

    @Test
    void aBackfillShowsItsProgressAndCanBePausedAndCancelled() throws Exception {
        store.start();
        judge.otherwise(slowly(100, verdict(0.5, "ok")));
        ServiceProcess service = service("SIGHTLINE_RELEVANCE_ENABLED", "false");
        untilReady(service);
        Admin admin = admin(service);
        admin.connection(azure().toBuilder().setConcurrency(2).build());
        Evaluator evaluator = admin.judge("judged", "sightline/relevance", "azure");
        Rule rule = admin.rule(Rule.newBuilder().setName("old").setEnabled(false).addEvaluatorIds(evaluator.getId()).build());
        for (int i = 0; i < 250; i++) {
            newTrace("What is number " + i + "?", "It is the number " + i + ".");
        }
        Backfill backfill = admin.call().createBackfill(WriteBackfillRequest.newBuilder().setProjectId(project)
                .setBackfill(Backfill.newBuilder().setRuleId(rule.getId()).setFrom(Timestamp.newBuilder().setSeconds(0)
                        .setNanos(1))).build());
        eventually("some are done", () -> now(admin, backfill).getDone() >= 10);
        state(admin, backfill, "paused");
        int paused = now(admin, backfill).getDone();
        eventually("it goes on when it is told", () -> state(admin, backfill, "running").getState().equals("running"));
        eventually("more are done", () -> now(admin, backfill).getDone() > paused + 10);
        service.kill();
        ServiceProcess second = service("SIGHTLINE_RELEVANCE_ENABLED", "false", "SIGHTLINE_EVALUATOR_QUEUE_LEASE", "PT3S");
        untilReady(second);
        Admin after = admin(second);
        eventually("all is done", () -> now(after, backfill).getState().equals("done"));
        assertThat(count("judged")).isEqualTo(250);
        assertThat(now(after, backfill).getScheduled()).isGreaterThanOrEqualTo(250);
        assertThat(now(after, backfill).getListed()).isTrue();

        Backfill other = after.call().createBackfill(WriteBackfillRequest.newBuilder().setProjectId(project)
                .setBackfill(Backfill.newBuilder().setRuleId(rule.getId()).setFrom(Timestamp.newBuilder().setSeconds(0)
                        .setNanos(1))).build());
        assertThat(state(after, other, "cancelled").getState()).isEqualTo("cancelled");
        eventually("nothing of it waits", () -> after.rule(rule.getId()).getActivity().getWaiting() == 0);
        assertThatThrownBy(() -> state(after, other, "running")).hasMessageContaining("state: the backfill is over");
    }

    private static Backfill now(Admin admin, Backfill backfill) {
        return admin.call().getBackfill(admin.id(backfill.getId()));
    }

    private Backfill state(Admin admin, Backfill backfill, String state) {
        return admin.call().updateBackfill(WriteBackfillRequest.newBuilder().setProjectId(project).setId(backfill.getId())
                .setBackfill(Backfill.newBuilder().setState(state)).build());
    }

    @Test
    void theAdministrationKeepsSecretsVersionsAndProjectsApart() throws Exception {
        store.start();
        judge.otherwise(verdict(1, "yes"));
        ServiceProcess service = service("SIGHTLINE_EVALUATOR_CATALOG_BUILT_IN_SCORERS", "true");
        untilReady(service);
        Admin admin = admin(service);
        assertThat(admin.connection(azure()).getDisplayKey()).isEqualTo("…ests");
        try (var connection = postgres.open(database); var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT document, encode(secret, 'escape') FROM evaluator.llm_connections")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1) + rows.getString(2)).doesNotContain(KEY);
        }
        // The key stays where it was entered for, and goes nowhere else.
        admin.connection(azure().toBuilder().clearApiKey().addModels("another").build());
        var tested = admin.call().testConnection(TestConnectionRequest.newBuilder().setProjectId(project).setName("azure")
                .build());
        assertThat(tested.getOk()).as(tested.getError()).isTrue();
        assertThat(judge.requests().getLast().headers().values()).anyMatch(values -> values.contains(KEY));
        admin.connection(azure().toBuilder().clearApiKey().setBaseUrl(judge.address() + "/other").build());
        admin.call().testConnection(TestConnectionRequest.newBuilder().setProjectId(project).setName("azure").build());
        assertThat(judge.requests().getLast().headers().values()).noneMatch(values -> values.contains(KEY));

        assertThat(admin.copy("sightline/relevance", "mine").getVersion()).isEqualTo(1);
        assertThat(admin.copy("mine", "mine").getVersion()).isEqualTo(2);
        Evaluator evaluator = admin.judge("mine", "mine", "azure");
        assertThat(evaluator.getJudge().getTemplateVersion()).isEqualTo(2);
        Evaluator changed = admin.call().updateEvaluator(WriteEvaluatorRequest.newBuilder().setProjectId(project)
                .setId(evaluator.getId()).setEvaluator(Evaluator.newBuilder().setJudge(evaluator.getJudge().toBuilder()
                        .setTemplateVersion(1))).setUpdateMask(FieldMask.newBuilder().addPaths("judge")).build());
        assertThat(changed.getVersion()).isEqualTo(2);
        TestEvaluatorResponse trial = admin.call().testEvaluator(TestEvaluatorRequest.newBuilder().setProjectId(project)
                .setEvaluatorId(evaluator.getId()).putVariables("question", "Why?").putVariables("answer", "So.").build());
        assertThat(trial.getError()).isEmpty();
        assertThat(trial.getValue()).isEqualTo(1);
        assertThat(trial.getPrompt()).contains("Why?");

        Admin stranger = new Admin(service.grpcPort(), "another project");
        open.add(stranger);
        assertThatThrownBy(() -> stranger.call().getEvaluator(stranger.id(evaluator.getId())))
                .hasMessageContaining("NOT_FOUND");
        assertThatThrownBy(() -> stranger.call().getConnection(stranger.id("azure"))).hasMessageContaining("NOT_FOUND");
        assertThatThrownBy(() -> admin.withoutToken().getEvaluator(admin.id(evaluator.getId())))
                .hasMessageContaining("UNAUTHENTICATED");
        assertThatThrownBy(() -> admin.judge("mine", "mine", "azure")).hasMessageContaining("name: is the name of another");
        assertThatThrownBy(() -> admin.judge("x", "nothing", "azure")).hasMessageContaining("judge.template: ");
        assertThatThrownBy(() -> admin.scorer("x", "expression", "expression", "answer +"))
                .hasMessageContaining("scorer.parameters.expression: ");

        ProjectRequest all = ProjectRequest.newBuilder().setProjectId(project).build();
        Map<String, String> begun = new HashMap<>();
        admin.call().listEvaluators(all).getDataList().forEach(e -> begun.put(e.getName(), e.getScorer().getName()));
        assertThat(begun).containsKeys("refusal", "support", "personal-data", "mine");
        assertThat(admin.call().listRules(all).getDataList()).singleElement().satisfies(rule -> {
            assertThat(rule.getName()).isEqualTo("Built-in scorers");
            assertThat(rule.getSampling()).isEqualTo(0.1);
        });
    }
}
