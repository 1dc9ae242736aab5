package dev.sightline.benchmarks.corpus;

import java.util.Random;

/**
 * Text that compresses about as English does: words by Zipf's law, common English ones first and made-up ones behind
 * them, in sentences. The same for the same random numbers.
 */
final class Prose {
    private static final String[] COMMON = ("the of and to a in is it you that he was for on are with as his they be at"
            + " one have this from or had by not word but what some we can out other were all there when up use your how"
            + " said an each she which do their time if will way about many then them write would like so these her long"
            + " make thing see him two has look more day could go come did number sound no most people my over know water"
            + " than call first who may down side been now find any new work part take get place made live where after"
            + " back little only round man year came show every good me give our under name very through just form"
            + " sentence great think say help low line differ turn cause much mean before move right boy old too same"
            + " tell does set three want air well also play small end put home read hand port large spell add even land"
            + " here must big high such follow act why ask men change went light kind off need house picture try us again"
            + " order customer account invoice refund parcel delivery address payment error retry request response model"
            + " answer question document context summary price policy support agent tool search result").split(" ");
    private static final String[] SYLLABLES = ("ra ne ti lo ma ser con den pli tur ver gal nis tor bel cam dri fen gor"
            + " hul jas kel lim mor nop pra qui ros sta tem ulv wex yor zan").split(" ");
    private static final int WORDS = 6_000;
    private static final String[] LEXICON = new String[WORDS];
    private static final double[] CUMULATED = new double[WORDS];

    static {
        Random random = new Random(7);
        double sum = 0;
        for (int i = 0; i < WORDS; i++) {
            if (i < COMMON.length) {
                LEXICON[i] = COMMON[i];
            } else {
                StringBuilder word = new StringBuilder();
                for (int syllables = 2 + random.nextInt(3); syllables > 0; syllables--) {
                    word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
                }
                LEXICON[i] = word.toString();
            }
            sum += 1.0 / (i + 2.7);
            CUMULATED[i] = sum;
        }
    }

    private final Random random;

    Prose(Random random) {
        this.random = random;
    }

    /** About so many characters, ready to stand between the quotes of a JSON string. */
    String json(int chars) {
        StringBuilder text = new StringBuilder(chars + 32);
        int wordsLeft = 0;
        while (text.length() < chars) {
            boolean first = wordsLeft == 0;
            if (first) {
                wordsLeft = 5 + random.nextInt(15);
            }
            String word = word();
            text.append(first ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : word);
            wordsLeft--;
            if (wordsLeft > 0) {
                text.append(random.nextInt(12) == 0 ? ", " : " ");
            } else {
                switch (random.nextInt(14)) {
                    case 0 -> text.append(".\\n\\n");
                    case 1 -> text.append(": \\\"").append(word()).append("\\\". ");
                    case 2 -> text.append(" (").append(random.nextInt(10_000)).append("). ");
                    case 3 -> text.append(" – ");
                    default -> text.append(". ");
                }
            }
        }
        return text.toString();
    }

    private String word() {
        double at = random.nextDouble() * CUMULATED[WORDS - 1];
        int low = 0;
        int high = WORDS - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (CUMULATED[middle] < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return LEXICON[low];
    }
}
