package dev.sightline.storage.score;

import dev.sightline.proto.score.v1.Score;

/** A score on its way into ClickHouse. */
public record ScoreRow(String projectId, Score score) {
    /** Comments are user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "ScoreRow[project=" + projectId + ", id=" + score.getId() + "]";
    }
}
