package dev.sightline.base.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Names as providers, clouds, gateways and frameworks report them, and the row of the table each must find. */
class ModelNamesTest {
    private static final long NOW_UNIX_NANO = 1_795_435_200_000_000_000L;
    private static final String NONE = "-";
    /** Reported name, row. */
    private static final String NAMES = """
            gpt-4o                                                  gpt-4o
            GPT-4o                                                  gpt-4o
            openai/gpt-4o                                           gpt-4o
            openai:gpt-4o                                           gpt-4o
            azure/gpt-4o                                            gpt-4o
            azure/eu/gpt-4o-2024-08-06                              gpt-4o-2024-08-06
            openrouter/openai/gpt-4o-mini                           gpt-4o-mini
            gpt-4o-2024-05-13                                       gpt-4o-2024-05-13
            gpt-4o-2024-11-20                                       gpt-4o-2024-11-20
            gpt-4o-2031-01-01                                       gpt-4o
            gpt-4o-mini-2024-07-18                                  gpt-4o-mini-2024-07-18
            chatgpt-4o-latest                                       chatgpt-4o-latest
            gpt-35-turbo                                            gpt-3.5-turbo
            gpt-35-turbo-16k                                        gpt-3.5-turbo-16k
            gpt-3.5-turbo-0125                                      gpt-3.5-turbo-0125
            gpt-4-vision-preview                                    gpt-4-turbo-vision
            gpt-4-turbo-2024-04-09                                  gpt-4-turbo-2024-04-09
            gpt-4.1-2025-04-14                                      gpt-4.1-2025-04-14
            gpt-4.1-nano                                            gpt-4.1-nano
            gpt-5-2025-08-07                                        gpt-5-2025-08-07
            gpt-5-chat-latest                                       gpt-5-chat-latest
            gpt-5.1-2025-11-13                                      gpt-5.1-2025-11-13
            gpt-5.5                                                 gpt-5.5-2026-04-23
            o1-mini-2024-09-12                                      o1-mini-2024-09-12
            o3                                                      o3
            o4-mini-2025-04-16                                      o4-mini-2025-04-16
            text-embedding-3-small                                  text-embedding-3-small
            openai/text-embedding-ada-002                           text-embedding-ada-002
            ft:gpt-3.5-turbo-0613:my-org:name:7p4lURel              ft:gpt-3.5-turbo-0613
            claude-3-opus-20240229                                  claude-3-opus-20240229
            claude-3-opus-latest                                    claude-3-opus-20240229
            claude-3-5-sonnet-20241022                              claude-3.5-sonnet-20241022
            claude-3-5-sonnet-latest                                claude-3.5-sonnet-latest
            anthropic/claude-3.5-sonnet                             claude-3.5-sonnet-latest
            claude-3-7-sonnet-20250219                              claude-3.7-sonnet-20250219
            anthropic/claude-3.7-sonnet                             claude-3.7-sonnet-latest
            claude-sonnet-4-0                                       claude-sonnet-4-20250514
            claude-sonnet-4-20250514                                claude-sonnet-4-20250514
            claude-sonnet-4-5                                       claude-sonnet-4-5-20250929
            claude-sonnet-4-5-20250929[1m]                          claude-sonnet-4-5-20250929
            anthropic/claude-sonnet-4.5                             claude-sonnet-4-5-20250929
            anthropic:claude-haiku-4-5                              claude-haiku-4-5-20251001
            claude-opus-4-1-20250805                                claude-opus-4-1-20250805
            openrouter/anthropic/claude-opus-4.1                    claude-opus-4-1-20250805
            claude-opus-4-6                                         claude-opus-4-6
            claude-opus-4-6-20260205                                claude-opus-4-6
            anthropic.claude-v2:1                                   claude-2.1
            bedrock/anthropic.claude-3-haiku-20240307-v1:0          claude-3-haiku-20240307
            anthropic.claude-3-sonnet-20240229-v1:0:200k            claude-3-sonnet-20240229
            us.anthropic.claude-3-5-sonnet-20241022-v2:0            claude-3.5-sonnet-20241022
            eu.anthropic.claude-haiku-4-5-20251001-v1:0             claude-haiku-4-5-20251001
            us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0        claude-3-5-sonnet-20240620
            global.anthropic.claude-opus-4-5-20251101-v1:0          claude-opus-4-5-20251101
            bedrock/converse/us.anthropic.claude-opus-4-6-v1        claude-opus-4-6
            arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0   claude-sonnet-4-20250514
            arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0                    claude-3-haiku-20240307
            claude-3-5-haiku@20241022                               claude-3-5-haiku-20241022
            claude-3-5-sonnet-v2@20241022                           claude-3.5-sonnet-20241022
            claude-haiku-4-5@20251001                               claude-haiku-4-5-20251001
            claude-sonnet-4-6@default                               claude-sonnet-4-6
            vertex_ai/claude-opus-4-1@20250805                      claude-opus-4-1-20250805
            publishers/anthropic/models/claude-opus-4-5@20251101    claude-opus-4-5-20251101
            projects/my-project/locations/us-central1/publishers/google/models/gemini-2.5-pro   gemini-2.5-pro
            models/gemini-2.5-flash                                 gemini-2.5-flash
            gemini/gemini-2.5-flash-lite                            gemini-2.5-flash-lite
            google_genai:gemini-2.5-pro                             gemini-2.5-pro
            google-gla:gemini-2.0-flash                             gemini-2.0-flash
            googleai/gemini-2.5-flash                               gemini-2.5-flash
            vertex_ai/gemini-2.5-pro                                gemini-2.5-pro
            gemini-2.5-pro-preview-05-06                            gemini-2.5-pro
            gemini-2.0-flash-001                                    gemini-2.0-flash-001
            gemini-2.0-flash-lite-001                               gemini-2.0-flash-lite-preview
            gemini-3.1-pro-preview-customtools                      gemini-3.1-pro-preview
            textembedding-gecko@003                                 textembedding-gecko
            gpt-4o-or-so                                            -
            my-gpt-4o                                               -
            gpt-4o-mini-finetuned                                   -
            ft:gpt-4o-mini-2024-07-18:my-org::abc                   -
            meta-llama/llama-3-70b-instruct:free                    -
            openai/gpt-4o:extended                                  -
            mistral-large-latest                                    -
            amazon.nova-pro-v1:0                                    -
            deployment-17                                           -
            20250929                                                -
            /                                                       -
            """;

    private final Prices prices = Prices.shipped();

    @Test
    void namesAsTheyAreReportedFindTheirRow() {
        Map<String, String> expected = new LinkedHashMap<>();
        Map<String, String> found = new LinkedHashMap<>();
        for (String line : NAMES.lines().toList()) {
            String[] columns = line.strip().split("\\s+");
            assertThat(columns).as(line).hasSize(2);
            expected.put(columns[0], columns[1]);
            found.put(columns[0], row(columns[0]));
        }
        assertThat(found).isEqualTo(expected);
    }

    /** A name with a row of its own is not taken for another one by the steps that strip names. */
    @Test
    void everyRowIsFoundByItsOwnName() {
        for (PricedModel model : prices.models()) {
            if (model.match().matches(model.name())) {
                assertThat(row(model.name())).isEqualTo(model.name());
            }
        }
    }

    @Test
    void endlessNamesAreNotLookedFor() {
        assertThat(row("gpt-4o".repeat(1_000))).isEqualTo(NONE);
        assertThat(row("a/".repeat(100) + "gpt-4o")).isEqualTo("gpt-4o");
        assertThat(row("a/".repeat(200) + "gpt-4o")).isEqualTo(NONE);
        assertThat(row("gpt-4o\n")).isEqualTo(NONE);
        assertThat(row("")).isEqualTo(NONE);
    }

    private String row(String name) {
        Optional<PricedModel> row = prices.find(name, NOW_UNIX_NANO);
        return row.map(PricedModel::name).orElse(NONE);
    }
}
