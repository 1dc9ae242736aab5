package dev.sightline.storage.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreDeletion;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScoreDeletionTest {
    private static final long TIME = 1_795_435_200_000_000_000L;
    private ClickHouse clickHouse;

    @BeforeEach
    void open() throws SQLException {
        clickHouse = TestDatabase.migrated("score_deletion");
    }

    @AfterEach
    void close() {
        clickHouse.close();
    }

    private void insert(String projectId, String id, String trace, long updatedAt, String token) {
        clickHouse.insert(ScoreTable.SCORES, List.of(new ScoreRow(projectId, Score.newBuilder().setId(id)
                .setTraceId(ByteString.copyFromUtf8(trace.repeat(16))).setName("n").setDataType(ScoreDataType.NUMERIC)
                .setValue(1).setUpdatedAtUnixNano(updatedAt).build())), token);
    }

    private static ScoreDeletion deletion(String id, long time) {
        return ScoreDeletion.newBuilder().setId(id).setTimeUnixNano(time).build();
    }

    private List<String> stored(String from) throws SQLException {
        List<String> stored = new ArrayList<>();
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery("SELECT project_id, id, toUnixTimestamp64Nano(updated_at) - " + TIME
                     + " FROM " + from + " ORDER BY ALL")) {
            while (rows.next()) {
                stored.add(rows.getString(1) + "/" + rows.getString(2) + "/" + rows.getString(3));
            }
        }
        return stored;
    }

    @Test
    void whatWasWrittenUpToItsTimeIsGoneInEveryVersionAndTrace() throws SQLException {
        insert("p", "a", "t", TIME, "1");
        insert("p", "a", "t", TIME + 1, "2");
        insert("p", "a", "u", TIME + 2, "3");
        insert("p", "b", "t", TIME, "4");
        insert("q", "a", "t", TIME, "5");

        ScoreTable.delete(clickHouse, "p", List.of(deletion("a", TIME + 2)));

        assertThat(stored("scores FINAL")).containsExactly("p/b/0", "q/a/0");
        assertThat(stored("scores")).containsExactly("p/b/0", "q/a/0");
    }

    @Test
    void whatWasWrittenLaterStaysAndNothingIsNoError() throws SQLException {
        insert("p", "a", "t", TIME + 5, "1");

        ScoreTable.delete(clickHouse, "p", List.of());
        ScoreTable.delete(clickHouse, "p", List.of(deletion("a", TIME + 4), deletion("it's", TIME)));

        assertThat(stored("scores FINAL")).containsExactly("p/a/5");
    }

    @Test
    void thousandsGoInOneCall() throws SQLException {
        for (int i = 0; i < 3; i++) {
            insert("p", "id-" + i * 600, "t", TIME, "t" + i);
        }
        ScoreTable.delete(clickHouse, "p",
                IntStream.range(0, 1_201).mapToObj(i -> deletion("id-" + i, TIME)).toList());

        assertThat(stored("scores FINAL")).isEmpty();
    }
}
