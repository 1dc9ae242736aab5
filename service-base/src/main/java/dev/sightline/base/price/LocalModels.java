package dev.sightline.base.price;

import com.google.re2j.Pattern;
import java.util.Set;

/**
 * Tells models on machines of the sender's own, for which nobody sends a bill: by the provider (`ollama`, `llama.cpp`,
 * `vllm` and their like, in any spelling), by LiteLLM's prefix of the model (`ollama_chat/llama3`), or by Ollama's
 * form of a name (`deepseek-r1:7b`, `mistral:latest`), which is all there is where a client of OpenAI's API talks to
 * Ollama. Ollama's `-cloud` models run elsewhere.
 */
final class LocalModels {
    private static final Set<String> PROVIDERS = Set.of("ollama", "llamacpp", "llamafile", "vllm",
            "hostedvllm", "lmstudio", "gpt4all", "localai", "sglang");
    /** A tag is `latest` or begins with the number of parameters, in millions or billions. */
    private static final Pattern OLLAMA_NAME = Pattern.compile(
            "(?i)[a-z0-9._/-]+:(latest|e?[0-9]+(\\.[0-9]+)?(x[0-9]+(\\.[0-9]+)?)?[bm](-[a-z0-9._-]+)?)");
    private static final int NAME_CHARS_MAX = 256;

    private LocalModels() {
    }

    static boolean isLocal(String provider, String model) {
        if (!provider.isEmpty() && isLocalProvider(provider)) {
            return true;
        }
        int slash = model.indexOf('/');
        return slash > 0 && isLocalProvider(model.substring(0, slash))
                || isOllamaName(model);
    }

    /** Bedrock's names have a colon too, with one digit after it: most are told apart without the pattern. */
    private static boolean isOllamaName(String model) {
        int colon = model.lastIndexOf(':');
        return colon > 0 && colon < model.length() - 2 && model.length() <= NAME_CHARS_MAX
                && !model.endsWith("-cloud") && OLLAMA_NAME.matches(model);
    }

    private static boolean isLocalProvider(String provider) {
        if (provider.length() > NAME_CHARS_MAX) {
            return false;
        }
        StringBuilder letters = new StringBuilder(provider.length());
        for (int i = 0; i < provider.length(); i++) {
            char c = Character.toLowerCase(provider.charAt(i));
            if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
                letters.append(c);
            }
        }
        String name = letters.toString();
        // The AI SDK's providers say what they do as well: ollama.chat, ollama.embedding.
        return PROVIDERS.contains(name) || name.startsWith("ollama");
    }
}
