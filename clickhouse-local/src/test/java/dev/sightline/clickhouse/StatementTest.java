package dev.sightline.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an insert's data begins decides whether it arrives whole. */
class StatementTest {

    @ParameterizedTest
    @ValueSource(strings = {
            "INSERT INTO t FORMAT Native\n|",
            "INSERT INTO t FORMAT Native |",
            "INSERT INTO t FORMAT Native\r\n|",
            "insert into t (a, b) format Native\n|",
            "INSERT INTO TABLE `a``b`.\"values\" (`format`) SETTINGS x = 'VALUES (', y = 1 FORMAT Native\n|",
            "INSERT INTO format FORMAT Native\n|",
            "/* FORMAT x */ INSERT -- VALUES\n INTO FUNCTION remote('h', 'FORMAT') FORMAT Native\n|",
            "INSERT INTO t (* EXCEPT(b)) FORMAT Native\n|"})
    void dataBeginsBehindTheFormat(String text) {
        int dataStart = text.indexOf('|');
        // What looks like SQL in the data must not matter.
        String sql = text.replace("|", "\0\n\nSELECT FORMAT VALUES ('\n\n");
        var insert = (Statement.InsertData) Statement.parse(sql, true);
        assertThat(insert.dataStart()).isEqualTo(dataStart);
        assertThat(insert.format()).isEqualTo("Native");
        assertThat(sql.substring(insert.headEnd()).toUpperCase()).startsWith("FORMAT NATIVE");
        assertThat(Statement.parse(sql, false)).isEqualTo(insert);
    }

    @Test
    void everyPrefixIsEitherUndecidedOrDecidedTheSame() {
        String sql = "INSERT INTO db.t (a, b) SETTINGS a = 'b' FORMAT RowBinary\n\n\n data";
        Statement whole = Statement.parse(sql, true);
        for (int length = 0; length <= sql.length(); length++) {
            assertThat(Statement.parse(sql.substring(0, length), false))
                    .isIn(new Statement.Incomplete(), whole);
        }
    }

    @Test
    void valuesAreDataAndSelectIsNot() {
        String sql = "INSERT INTO t (a) VALUES('x')";
        assertThat(Statement.parse(sql, false))
                .isEqualTo(new Statement.InsertData(sql.indexOf("VALUES"), "Values", sql.indexOf("('x'")));
        assertThat(Statement.parse("INSERT INTO t (a) VALUE", false)).isEqualTo(new Statement.Incomplete());
        assertThat(Statement.parse("INSERT INTO t SELECT * FROM v FORMAT TSV", false))
                .isEqualTo(new Statement.Incomplete());
        assertThat(Statement.parse("INSERT INTO t (SELECT 1)", true)).isInstanceOf(Statement.Plain.class);
        assertThat(Statement.parse("INSERT INTO t WITH 1 AS x SELECT x", true)).isInstanceOf(Statement.Plain.class);
    }

    @Test
    void findsTheFormatClauseAndNothingElse() {
        String text = "SELECT format('{}', 1) AS format FORMAT JSON SETTINGS a = 1";
        var plain = (Statement.Plain) Statement.parse(text + ";", true);
        assertThat(plain.format()).isEqualTo("JSON");
        assertThat(plain.isSelect()).isTrue();
        assertThat(plain.end()).isEqualTo(text.length());
        plain = (Statement.Plain) Statement.parse("SELECT 1 AS format -- FORMAT CSV", true);
        assertThat(plain.format()).isNull();
        plain = (Statement.Plain) Statement.parse("SELECT (SELECT 1 FORMAT CSV) ; ", true);
        assertThat(plain.format()).isNull();
        assertThat(((Statement.Plain) Statement.parse("SELECT 1 INTO OUTFILE 'x'", true)).usesFile()).isTrue();
        plain = (Statement.Plain) Statement.parse("SELECT 'INTO OUTFILE' AS into, outfile FROM t", true);
        assertThat(plain.usesFile()).isFalse();
        assertThat(((Statement.Plain) Statement.parse(" -- only a comment", true)).keyword()).isEmpty();
        assertThat(((Statement.Plain) Statement.parse("SELECT $a$ FORMAT CSV $a$", true)).format()).isNull();
    }
}
