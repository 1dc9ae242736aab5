package dev.sightline.evaluator.scorer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which language a text is written in: by its script where a script belongs to one language, else by the share of its
 * words that are everyday words of a language. Empty where neither is sure: short texts, code, languages not listed.
 */
final class Languages {
    private static final int LETTERS_MIN = 12;
    private static final int WORDS_MIN = 5;
    private static final double SHARE_MIN = 0.12;
    private static final double LEAD = 1.3;
    private static final Map<String, Set<String>> EVERYDAY = Map.of(
            "en", Set.of("the", "and", "of", "to", "is", "in", "that", "it", "you", "for", "with", "are", "this", "was", "on",
                    "be", "have", "not", "your", "can", "what", "how", "i", "my", "do", "we", "from", "will", "which", "please"),
            "de", Set.of("der", "die", "das", "und", "ist", "nicht", "ich", "sie", "ein", "eine", "zu", "mit", "auf", "für",
                    "von", "den", "dem", "wie", "kann", "wir", "es", "im", "sind", "auch", "werden", "wird", "haben", "oder",
                    "bitte", "mein"),
            "fr", Set.of("le", "la", "les", "et", "est", "des", "une", "un", "je", "vous", "que", "pour", "pas", "dans", "du",
                    "ce", "il", "au", "sur", "avec", "votre", "sont", "nous", "qui", "en", "ne", "mon", "comment", "plus",
                    "être"),
            "es", Set.of("el", "la", "los", "las", "y", "es", "que", "de", "un", "una", "por", "con", "para", "su", "se", "no",
                    "del", "al", "como", "más", "cómo", "qué", "está", "mi", "puede", "lo", "son", "usted", "muy", "pero"),
            "it", Set.of("il", "lo", "gli", "di", "che", "è", "un", "una", "per", "non", "con", "del", "della", "sono", "si",
                    "come", "più", "nel", "al", "questo", "mi", "ho", "può", "anche", "da", "ma", "alla", "suo", "dei", "le"),
            "pt", Set.of("o", "os", "as", "e", "é", "que", "de", "um", "uma", "para", "com", "não", "do", "da", "em", "no",
                    "na", "você", "seu", "sua", "como", "mais", "por", "se", "dos", "está", "meu", "ao", "são", "mas"),
            "nl", Set.of("de", "het", "een", "en", "van", "is", "dat", "niet", "op", "te", "ik", "voor", "met", "zijn", "je",
                    "er", "aan", "ook", "hoe", "wat", "kan", "naar", "wij", "deze", "bij", "uw", "mijn", "maar", "om", "worden"),
            "pl", Set.of("i", "w", "na", "z", "do", "nie", "że", "się", "jest", "to", "jak", "o", "po", "czy", "dla", "od",
                    "ale", "są", "może", "przez", "oraz", "mój", "tak", "co", "być", "za", "tym", "który", "już", "lub"),
            "sv", Set.of("och", "att", "det", "som", "en", "på", "är", "av", "för", "med", "till", "den", "inte", "om", "ett",
                    "jag", "kan", "hur", "du", "var", "från", "vi", "har", "eller", "din", "min", "ska", "vad", "blir", "de"),
            "tr", Set.of("ve", "bir", "bu", "için", "ile", "da", "de", "ne", "nasıl", "mi", "çok", "olarak", "daha", "var",
                    "değil", "ben", "gibi", "kadar", "en", "veya", "olan", "her", "siz", "ama", "o", "benim", "sonra", "evet",
                    "hayır", "lütfen"));

    private Languages() {
    }

    static Optional<String> of(String text) {
        Map<Character.UnicodeScript, Integer> scripts = new HashMap<>();
        int[] letters = new int[1];
        Words.bounded(text).codePoints().filter(Character::isLetter).limit(20_000).forEach(letter -> {
            scripts.merge(Character.UnicodeScript.of(letter), 1, Integer::sum);
            letters[0]++;
        });
        if (letters[0] < LETTERS_MIN && count(scripts, Character.UnicodeScript.LATIN) == letters[0]) {
            return Optional.empty();
        }
        int kana = count(scripts, Character.UnicodeScript.HIRAGANA) + count(scripts, Character.UnicodeScript.KATAKANA);
        int han = count(scripts, Character.UnicodeScript.HAN);
        if (kana + han > letters[0] / 2) {
            return Optional.of(kana * 10 >= han ? "ja" : "zh");
        }
        for (var known : Map.of(Character.UnicodeScript.HANGUL, "ko", Character.UnicodeScript.GREEK, "el",
                Character.UnicodeScript.HEBREW, "he", Character.UnicodeScript.THAI, "th",
                Character.UnicodeScript.DEVANAGARI, "hi", Character.UnicodeScript.ARABIC, "ar").entrySet()) {
            if (count(scripts, known.getKey()) > letters[0] / 2) {
                return Optional.of(known.getValue());
            }
        }
        if (count(scripts, Character.UnicodeScript.CYRILLIC) > letters[0] / 2) {
            return Optional.of(text.matches("(?s).*[іїєґІЇЄҐ].*") ? "uk" : "ru");
        }
        return byWords(Words.of(text));
    }

    private static Optional<String> byWords(List<String> words) {
        if (words.size() < WORDS_MIN) {
            return Optional.empty();
        }
        String best = "";
        double first = 0;
        double second = 0;
        for (var language : EVERYDAY.entrySet()) {
            double share = (double) words.stream().filter(language.getValue()::contains).count() / words.size();
            if (share > first) {
                second = first;
                first = share;
                best = language.getKey();
            } else {
                second = Math.max(second, share);
            }
        }
        return first >= SHARE_MIN && first >= second * LEAD ? Optional.of(best) : Optional.empty();
    }

    private static int count(Map<Character.UnicodeScript, Integer> scripts, Character.UnicodeScript script) {
        return scripts.getOrDefault(script, 0);
    }
}
