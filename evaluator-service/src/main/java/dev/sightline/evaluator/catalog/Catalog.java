package dev.sightline.evaluator.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.FieldMaskUtil;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.json.ProtoJson;
import dev.sightline.evaluator.connection.Connections;
import dev.sightline.evaluator.scorer.Scorers;
import dev.sightline.evaluator.store.Database;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Judge;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.Scorer;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The templates, evaluators and rules of projects, in PostgreSQL, with what is shipped. Everything is found by project
 * and id together: another project's id is NOT_FOUND. Writes throw INVALID_ARGUMENT, which names the field. Blocking,
 * thread-safe.
 */
@Singleton
public class Catalog {
    private static final String PAUSED_BY_HAND = "paused by hand";
    private static final String BUILT_IN_RULE = "Built-in scorers";
    private static final FieldMask EVALUATOR_FIELDS = FieldMaskUtil.fromString(
            Evaluator.class, "name,description,judge,scorer,score_name,state");
    private static final FieldMask RULE_FIELDS = FieldMaskUtil.fromString(Rule.class, "name,description,evaluator_ids,"
            + "target,query,observation_types,observation_names,sampling,delay_seconds,budget_per_day,concurrency,enabled");

    private final Database database;
    private final Connections connections;
    private final Scorers scorers;
    private final CatalogConfig config;
    /** So that not every look asks PostgreSQL. */
    private final Cache<String, Boolean> begun = Caffeine.newBuilder().maximumSize(10_000).build();

    Catalog(Database database, Connections connections, Scorers scorers, CatalogConfig config) {
        this.database = database;
        this.connections = connections;
        this.scorers = scorers;
        this.config = config;
    }

    // Templates

    /** The project's own, newest version first, then the shipped ones. */
    public List<Template> templates(String projectId) {
        List<Template> all = new ArrayList<>(database.read(() -> TemplateRow.<TemplateRow>list(
                "id.projectId = ?1 order by id.name, id.version desc", projectId)).stream().map(Catalog::template).toList());
        all.addAll(ShippedTemplates.all());
        return all;
    }

    /** Version 0 is the latest. */
    public Optional<Template> template(String projectId, String name, int version) {
        if (name.startsWith(ShippedTemplates.PREFIX)) {
            return ShippedTemplates.find(name).filter(found -> version == 0 || found.getVersion() == version);
        }
        return Optional.<TemplateRow>ofNullable(database.read(() -> TemplateRow.<TemplateRow>find(
                "id.projectId = ?1 and id.name = ?2 and (?3 = 0 or id.version = ?3) order by id.version desc",
                projectId, name, version).firstResult())).map(Catalog::template);
    }

    /** The next version of a template of that name, which then never changes. */
    public Template createTemplate(String projectId, Template given) {
        Template.Builder wanted = given.toBuilder();
        if (!given.getCopyOf().isEmpty()) {
            Template original = template(projectId, given.getCopyOf(), 0).orElseThrow(() ->
                    ServiceException.invalid("copy_of", "the project has no template of this name"));
            wanted = original.toBuilder();
            if (given.getMappingCount() > 0) {
                wanted.clearMapping();
            }
            if (given.getCategoriesCount() > 0) {
                wanted.clearCategories();
            }
            wanted.mergeFrom(given);
        }
        Template checked = Checks.template(wanted.build());
        int versions = database.read(() -> TemplateRow.count("id.projectId", projectId)).intValue();
        Checks.require(versions < config.perProjectMax(), "name",
                "the project has " + config.perProjectMax() + " versions of templates already");
        TemplateRow row = new TemplateRow();
        int latest = template(projectId, checked.getName(), 0).map(Template::getVersion).orElse(0);
        row.id = new TemplateRow.Key(projectId, checked.getName(), latest + 1);
        row.document = ProtoJson.print(checked.toBuilder().setVersion(latest + 1).clearCreatedAt());
        row.createdAt = Instant.now();
        database.write(() -> row.persist());
        return template(row);
    }

    private static Template template(TemplateRow row) {
        return ProtoJson.read(row.document, Template.newBuilder()).setVersion(row.id.version())
                .setCreatedAt(timestamp(row.createdAt)).build();
    }

    // Evaluators

    public List<Evaluator> evaluators(String projectId) {
        begin(projectId);
        return database.read(() -> EvaluatorRow.<EvaluatorRow>list("projectId = ?1 order by name", projectId)).stream()
                .map(Catalog::evaluator).toList();
    }

    public Evaluator evaluator(String projectId, String id) {
        return evaluator(evaluatorRow(projectId, id));
    }

    private EvaluatorRow evaluatorRow(String projectId, String id) {
        return Optional.<EvaluatorRow>ofNullable(database.read(() -> EvaluatorRow.<EvaluatorRow>find(
                "projectId = ?1 and id = ?2", projectId, id).firstResult()))
                .orElseThrow(() -> unknown("evaluator", id));
    }

    public Evaluator createEvaluator(String projectId, Evaluator given) {
        Evaluator checked = checked(projectId, given);
        long count = database.read(() -> EvaluatorRow.count("projectId", projectId));
        Checks.require(count < config.perProjectMax(), "name",
                "the project has " + config.perProjectMax() + " evaluators already");
        EvaluatorRow row = new EvaluatorRow();
        row.id = UUID.randomUUID().toString();
        row.projectId = projectId;
        row.version = 1;
        row.pausedReason = given.getState().equals("paused") ? PAUSED_BY_HAND : "";
        row.createdAt = Instant.now();
        fill(row, checked);
        database.write(() -> row.persist());
        return evaluator(row);
    }

    /** Changes the fields of the mask. A change of how it judges makes a new version; activating forgets its failures. */
    public Evaluator updateEvaluator(String projectId, String id, Evaluator given, FieldMask mask) {
        EvaluatorRow before = evaluatorRow(projectId, id);
        Evaluator.Builder wanted = evaluator(before).toBuilder();
        FieldMaskUtil.merge(FieldMaskUtil.intersection(mask, EVALUATOR_FIELDS), given, wanted, replacing());
        Evaluator checked = checked(projectId, wanted.build());
        Evaluator old = evaluator(before);
        boolean judgesOtherwise = !old.getJudge().equals(checked.getJudge())
                || !old.getScorer().equals(checked.getScorer()) || !old.getScoreName().equals(checked.getScoreName());
        return database.write(() -> EvaluatorRow.<EvaluatorRow>findById(id).map(row -> {
            row.version = judgesOtherwise ? before.version + 1 : before.version;
            if (wanted.getState().equals("active")) {
                row.pausedReason = "";
                row.failures = 0;
            } else if (row.pausedReason.isEmpty()) {
                row.pausedReason = PAUSED_BY_HAND;
            }
            fill(row, checked);
            return evaluator(row);
        }));
    }

    public void deleteEvaluator(String projectId, String id) {
        evaluatorRow(projectId, id);
        for (RuleRow row : database.read(() -> RuleRow.<RuleRow>list("projectId", projectId))) {
            Rule rule = rule(row);
            if (rule.getEvaluatorIdsList().contains(id)) {
                Rule without = rule.toBuilder().clearEvaluatorIds().addAllEvaluatorIds(rule.getEvaluatorIdsList()
                        .stream().filter(other -> !other.equals(id)).toList()).build();
                database.write(() -> RuleRow.<RuleRow>findById(row.id).invoke(stored -> fill(stored, without)));
            }
        }
        database.write(() -> EvaluatorRow.deleteById(id));
    }

    /** Takes it out of service until somebody activates it. */
    public void pause(String evaluatorId, String reason) {
        database.write(() -> EvaluatorRow.update("pausedReason = ?1 where id = ?2 and pausedReason = ''",
                reason.substring(0, Math.min(reason.length(), 1_000)), evaluatorId));
    }

    /** Notes that a run gave no value, or that one did; returns how many in a row gave none. */
    public int failures(String evaluatorId, boolean failed) {
        if (!failed) {
            database.write(() -> EvaluatorRow.update("failures = 0 where id = ?1 and failures > 0", evaluatorId));
            return 0;
        }
        return database.write(() -> EvaluatorRow.update("failures = failures + 1 where id = ?1", evaluatorId)
                .chain(() -> EvaluatorRow.<EvaluatorRow>findById(evaluatorId)).map(row -> row == null ? 0 : row.failures));
    }

    /** Fills in what was left out. Throws INVALID_ARGUMENT. */
    public Evaluator checked(String projectId, Evaluator given) {
        Checks.name(given.getName());
        Checks.description(given.getDescription());
        Checks.require(given.getScoreName().length() <= 200, "score_name", "has more than 200 characters");
        Checks.require(given.getState().isEmpty() || given.getState().equals("active")
                || given.getState().equals("paused"), "state", "must be active or paused");
        Evaluator.Builder kept = given.toBuilder()
                .setScoreName(given.getScoreName().isBlank() ? given.getName() : given.getScoreName());
        switch (given.getKindCase()) {
            case JUDGE -> kept.setJudge(judge(projectId, given.getJudge()));
            case SCORER -> scorers.check(given.getScorer());
            case KIND_NOT_SET -> throw ServiceException.invalid("judge", "is missing; an evaluator is a judge or a scorer");
        }
        return kept.build();
    }

    private Judge judge(String projectId, Judge given) {
        Template template = template(projectId, given.getTemplate(), given.getTemplateVersion()).orElseThrow(() ->
                ServiceException.invalid("judge.template", "the project has no template of this name and version"));
        Checks.mappings("judge.mapping", given.getMappingList());
        List<String> mapped = Stream.concat(given.getMappingList().stream(),
                template.getMappingList().stream()).map(VariableMapping::getVariable).toList();
        for (String variable : template.getVariablesList()) {
            Checks.require(mapped.contains(variable), "judge.mapping",
                    "does not say where the variable " + variable + " comes from");
        }
        Checks.require(given.getInputCharactersMax() >= 0 && given.getInputCharactersMax() <= 1_000_000,
                "judge.input_characters_max", "must be 0 to 1000000");
        String connection = given.getConnection().isEmpty() ? Connections.DEFAULT : given.getConnection();
        try {
            connections.spec(projectId, connection, given.getModel(), Optional.empty(), Optional.empty());
        } catch (ServiceException e) {
            if (e.code() != ErrorCode.NOT_FOUND && e.code() != ErrorCode.INVALID_ARGUMENT) {
                throw e;
            }
            throw ServiceException.invalid(e.code() == ErrorCode.NOT_FOUND ? "judge.connection" : "judge.model",
                    e.getMessage());
        }
        return given.toBuilder().setTemplateVersion(template.getVersion()).setConnection(connection).build();
    }

    private static void fill(EvaluatorRow row, Evaluator checked) {
        row.name = checked.getName();
        row.document = ProtoJson.print(checked.toBuilder().clearId().clearVersion().clearState().clearPausedReason()
                .clearCreatedAt().clearUpdatedAt().clearSigningSecret());
        row.updatedAt = Instant.now();
    }

    private static Evaluator evaluator(EvaluatorRow row) {
        return ProtoJson.read(row.document, Evaluator.newBuilder()).setId(row.id).setVersion(row.version)
                .setState(row.pausedReason.isEmpty() ? "active" : "paused").setPausedReason(row.pausedReason)
                .setCreatedAt(timestamp(row.createdAt)).setUpdatedAt(timestamp(row.updatedAt)).build();
    }

    // Rules

    public List<Rule> rules(String projectId) {
        begin(projectId);
        return database.read(() -> RuleRow.<RuleRow>list("projectId = ?1 order by name", projectId)).stream()
                .map(Catalog::rule).toList();
    }

    public Rule rule(String projectId, String id) {
        return rule(ruleRow(projectId, id));
    }

    private RuleRow ruleRow(String projectId, String id) {
        return Optional.<RuleRow>ofNullable(database.read(() -> RuleRow.<RuleRow>find(
                "projectId = ?1 and id = ?2", projectId, id).firstResult())).orElseThrow(() -> unknown("rule", id));
    }

    public Rule createRule(String projectId, Rule given) {
        Rule checked = checkedRule(projectId, given);
        long count = database.read(() -> RuleRow.count("projectId", projectId));
        Checks.require(count < config.perProjectMax(), "name",
                "the project has " + config.perProjectMax() + " rules already");
        RuleRow row = new RuleRow();
        row.id = UUID.randomUUID().toString();
        row.projectId = projectId;
        row.createdAt = Instant.now();
        fill(row, checked);
        database.write(() -> row.persist());
        return rule(row);
    }

    public Rule updateRule(String projectId, String id, Rule given, FieldMask mask) {
        Rule.Builder wanted = rule(projectId, id).toBuilder();
        FieldMaskUtil.merge(FieldMaskUtil.intersection(mask, RULE_FIELDS), given, wanted, replacing());
        Rule checked = checkedRule(projectId, wanted.build());
        return database.write(() -> RuleRow.<RuleRow>findById(id).map(row -> {
            fill(row, checked);
            return rule(row);
        }));
    }

    /** With what it has waiting and its backfills. */
    public void deleteRule(String projectId, String id) {
        ruleRow(projectId, id);
        database.write(() -> RuleRow.deleteById(id));
    }

    private Rule checkedRule(String projectId, Rule given) {
        Rule checked = Checks.rule(given);
        List<String> known = evaluators(projectId).stream().map(Evaluator::getId).toList();
        for (int i = 0; i < checked.getEvaluatorIdsCount(); i++) {
            Checks.require(known.contains(checked.getEvaluatorIds(i)), "evaluator_ids[" + i + "]",
                    "the project has no evaluator of this id");
        }
        return checked;
    }

    private static void fill(RuleRow row, Rule checked) {
        row.name = checked.getName();
        row.document = ProtoJson.print(checked.toBuilder().clearId().clearActivity().clearCreatedAt().clearUpdatedAt());
        row.updatedAt = Instant.now();
    }

    private static Rule rule(RuleRow row) {
        return ProtoJson.read(row.document, Rule.newBuilder()).setId(row.id)
                .setCreatedAt(timestamp(row.createdAt)).setUpdatedAt(timestamp(row.updatedAt)).build();
    }

    // What a new project begins with

    /** Gives a project that was never seen before the built-in scorers and the rule that runs them. */
    private void begin(String projectId) {
        if (!config.builtInScorers() || begun.getIfPresent(projectId) != null) {
            return;
        }
        database.write(() -> Panache.getSession().chain(session -> session.createNativeQuery(
                "INSERT INTO {h-schema}begun_projects (project_id) VALUES (?1) ON CONFLICT DO NOTHING")
                .setParameter(1, projectId).executeUpdate()).chain(first -> first == 0
                        ? Uni.createFrom().voidItem() : Panache.getSession().chain(session ->
                        session.persistAll(builtIn(projectId).toArray()))));
        begun.put(projectId, true);
    }

    private List<Object> builtIn(String projectId) {
        List<Object> rows = new ArrayList<>();
        Rule.Builder rule = Rule.newBuilder().setName(BUILT_IN_RULE).setSampling(config.builtInSampling())
                .setDescription("What Sightline can tell without a language model. Change or delete it as you like.");
        for (ScorerInfo info : scorers.all()) {
            if (info.getOnByDefault()) {
                EvaluatorRow row = new EvaluatorRow();
                row.id = UUID.randomUUID().toString();
                row.projectId = projectId;
                row.version = 1;
                row.pausedReason = "";
                row.createdAt = Instant.now();
                fill(row, Evaluator.newBuilder().setName(info.getName()).setScoreName(info.getName())
                        .setDescription(info.getDescription())
                        .setScorer(Scorer.newBuilder().setName(info.getName())).build());
                rows.add(row);
                rule.addEvaluatorIds(row.id);
            }
        }
        RuleRow row = new RuleRow();
        row.id = UUID.randomUUID().toString();
        row.projectId = projectId;
        row.createdAt = Instant.now();
        fill(row, Checks.rule(rule.build()));
        rows.add(row);
        return rows;
    }

    private static FieldMaskUtil.MergeOptions replacing() {
        return new FieldMaskUtil.MergeOptions().setReplaceMessageFields(true).setReplaceRepeatedFields(true)
                .setReplacePrimitiveFields(true);
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }

    private static ServiceException unknown(String what, String id) {
        return ServiceException.of(ErrorCode.NOT_FOUND, "the project has no " + what + " " + id);
    }
}
