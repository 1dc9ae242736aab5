package dev.sightline.detectors;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the words around a number say about it. The nearest word that says anything decides: a strong word names the
 * kind, a weak one goes with it, a contrary one names something else. Words are looked for before the number, over
 * quotes, colons and line ends, and right behind it; names such as {@code cardNumber} and {@code card_number} are taken
 * apart.
 */
final class Context {
    static final double STRONG = 0.4;
    static final double WEAK = 0.3;
    static final double CONTRARY = -0.4;

    private static final int CHARS_BEFORE_MAX = 64;
    private static final int CHARS_AFTER_MAX = 24;
    private static final int WORDS_BEFORE_MAX = 9;
    private static final int WORDS_AFTER_MAX = 4;
    private static final int WORD_CHARS_MAX = 20;

    private static final String NUMBER = "number";
    private static final Set<String> SOMEONES = Set.of("my", "your", "his", "her", "their", "our", "new", "old", "direct",
            "emergency", "home", "work");

    private static final Map<String, byte[]> WORDS = new HashMap<>();
    private static final byte SAYS_STRONGLY = 2;
    private static final byte SAYS_WEAKLY = 1;
    private static final byte SAYS_NO = -1;

    static {
        strong(Kind.PHONE_NUMBER, "phone phones telephone tel telefon telefono teléfono téléphone tél telefone mobile mobil "
                + "móvil handy cell cellphone cellular celular landline fax telefax sms whatsapp hotline helpline "
                + "rufnummer handynummer telefonnummer telefoonnummer numéro msisdn voicemail dial phonenumber "
                + "电话 手机 電話 携帯 телефон тел");
        weak(Kind.PHONE_NUMBER, "call called calling calls ring text texted texting message messages reach contact "
                + "contacts registered office pager signal telegram anrufen llamar appeler portable chiamare ligar");
        strong(Kind.CREDIT_CARD, "card cards cc ccnum credit creditcard debit visa mastercard amex maestro diners "
                + "unionpay pan karte kreditkarte kartennummer tarjeta carte bancaire cartão cartao carta kaart cvv cvc "
                + "卡号 信用卡 карта карты");
        weak(Kind.CREDIT_CARD, "charge charged billed billing payment paid pay bank limit block blocked lost stolen expires "
                + "expired expiry expiration balance atm pin transaction transactions purchase withdraw withdrawal swipe "
                + "checkout");
        strong(Kind.US_SSN, "ssn ssns social socialsecuritynumber");
        weak(Kind.US_SSN, "tax taxpayer tin");
        strong(Kind.IP_ADDRESS, "ip ips ipv4 ipv6 subnet");
        weak(Kind.IP_ADDRESS, "address addresses addr host hosts server client remote login from network connect connected "
                + "connection traffic firewall peer gateway dns ping");
        weak(Kind.EMAIL_ADDRESS, "email emails mail mails mailto correo courriel");
        contrary("id ids uid guid uuid order orders invoice ticket tracking serial sku isbn issn doi imei version versions "
                + "ver build release timestamp timestamps ts epoch unix hash sha commit port zip postal postcode amount "
                + "price total sum license licence passport ref reference case model part index count size bytes tokens "
                + "token seed offset page pages row rows line lines date time born year chapter section clause figure table "
                + "volume vol shipment parcel item product article tool function iteration step duration ms latency nanos "
                + "millis lat lon latitude longitude coordinates score usd eur gbp driver plate vin asin upc ean gtin "
                + "barcode batch lot isin cusip patent rfc", Kind.values());
        contrary("account acct", Kind.PHONE_NUMBER, Kind.US_SSN);
    }

    private static final byte[] NOTHING = new byte[Kind.values().length];
    private static final byte[] SOMEONES_NUMBER = new byte[Kind.values().length];

    static {
        SOMEONES_NUMBER[Kind.PHONE_NUMBER.ordinal()] = SAYS_WEAKLY;
    }

    private byte[] says = NOTHING;
    private boolean spoke;

    private Context() {
    }

    private static void strong(Kind kind, String words) {
        for (String word : words.split(" ")) {
            byte[] weights = WORDS.computeIfAbsent(word, _ -> new byte[Kind.values().length]);
            for (Kind other : Kind.values()) {
                if (other != kind && weights[other.ordinal()] == 0) {
                    weights[other.ordinal()] = SAYS_NO;
                }
            }
            weights[kind.ordinal()] = SAYS_STRONGLY;
        }
    }

    private static void weak(Kind kind, String words) {
        for (String word : words.split(" ")) {
            byte[] weights = WORDS.computeIfAbsent(word, _ -> new byte[Kind.values().length]);
            if (weights[kind.ordinal()] <= 0) {
                weights[kind.ordinal()] = SAYS_WEAKLY;
            }
        }
    }

    private static void contrary(String words, Kind... kinds) {
        for (String word : words.split(" ")) {
            byte[] weights = WORDS.computeIfAbsent(word, _ -> new byte[Kind.values().length]);
            for (Kind kind : kinds) {
                if (weights[kind.ordinal()] == 0) {
                    weights[kind.ordinal()] = SAYS_NO;
                }
            }
        }
    }

    /** What the words around the characters from start to end say. */
    static Context around(String text, int start, int end) {
        Context context = new Context();
        if (end + 1 < text.length() && text.charAt(end) == '-' && Character.isLetter(text.charAt(end + 1))) {
            context.after(text, end); // a label, as in 555-1234-Fax
        }
        if (!context.spoke) {
            context.before(text, start);
            context.after(text, end);
        }
        return context;
    }

    /** What to add to the score of a finding of the kind. */
    double weight(Kind kind) {
        return switch (says[kind.ordinal()]) {
            case SAYS_STRONGLY -> STRONG;
            case SAYS_WEAKLY -> WEAK;
            case SAYS_NO -> CONTRARY;
            default -> 0;
        };
    }

    boolean names(Kind kind) {
        return says[kind.ordinal()] == SAYS_STRONGLY;
    }

    private void before(String text, int start) {
        int stop = Math.max(0, start - CHARS_BEFORE_MAX);
        int words = 0;
        int i = start;
        while (i > stop && words < WORDS_BEFORE_MAX) {
            char c = text.charAt(i - 1);
            if (isEndOfSentence(text, i - 1)) {
                return;
            }
            if (!Character.isLetter(c)) {
                i--;
                continue;
            }
            int end = i;
            i--;
            while (i > stop && Character.isLetter(text.charAt(i - 1)) && !isHump(text, i)) {
                i--;
            }
            words++;
            if (heed(text, i, end)) {
                return;
            }
        }
    }

    private void after(String text, int end) {
        int stop = Math.min(text.length(), end + CHARS_AFTER_MAX);
        int words = 0;
        int i = end;
        while (i < stop && words < WORDS_AFTER_MAX && !spoke) {
            char c = text.charAt(i);
            if (c == '\n' || c == '"' || c == ',' || c == ';' || isEndOfSentence(text, i)) {
                return;
            }
            if (!Character.isLetter(c)) {
                i++;
                continue;
            }
            int from = i;
            while (i < stop && Character.isLetter(text.charAt(i))) {
                i++;
            }
            words++;
            heed(text, from, i);
        }
    }

    /** Where a name goes on with a capital letter: the N of cardNumber. */
    private static boolean isHump(String text, int i) {
        return Character.isUpperCase(text.charAt(i)) && Character.isLowerCase(text.charAt(i - 1));
    }

    /** A full stop after a word of four letters or more: "tel. 030 1234567" goes on. */
    private static boolean isEndOfSentence(String text, int i) {
        char c = text.charAt(i);
        return (c == '.' || c == '!') && i >= 4 && i + 1 < text.length() && text.charAt(i + 1) == ' '
                && Character.isLetter(text.charAt(i - 4)) && Character.isLetter(text.charAt(i - 3));
    }

    /** "My number" is a phone's, while "the number" may be any. */
    private static boolean isSomeonesNumber(String text, int from, int to) {
        if (to - from != NUMBER.length() || !text.regionMatches(true, from, NUMBER, 0, to - from)) {
            return false;
        }
        int end = from;
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        int start = end;
        while (start > 0 && end - start < WORD_CHARS_MAX && Character.isLetter(text.charAt(start - 1))) {
            start--;
        }
        return SOMEONES.contains(text.substring(start, end).toLowerCase(Locale.ROOT));
    }

    private boolean heed(String text, int from, int to) {
        byte[] weights = to - from > WORD_CHARS_MAX ? null
                : isSomeonesNumber(text, from, to) ? SOMEONES_NUMBER : Words.weights(text, from, to);
        if (weights == null) {
            return false;
        }
        says = weights;
        spoke = true;
        return true;
    }

    /** The words, looked up where they stand in a text: a hash table, open addressing. */
    private static final class Words {
        private static final int SLOTS = 1024;
        private static final String[] KEYS = new String[SLOTS];
        private static final byte[][] VALUES = new byte[SLOTS][];

        static {
            WORDS.forEach((word, weights) -> {
                int slot = slot(word, 0, word.length());
                while (KEYS[slot] != null) {
                    slot = slot + 1 & SLOTS - 1;
                }
                KEYS[slot] = word;
                VALUES[slot] = weights;
            });
        }

        private static int slot(String text, int from, int to) {
            int hash = 0;
            for (int i = from; i < to; i++) {
                hash = 31 * hash + Character.toLowerCase(text.charAt(i));
            }
            return (hash ^ hash >>> 10) & SLOTS - 1;
        }

        static byte[] weights(String text, int from, int to) {
            int slot = slot(text, from, to);
            while (KEYS[slot] != null) {
                if (KEYS[slot].length() == to - from && KEYS[slot].regionMatches(true, 0, text, from, to - from)) {
                    return VALUES[slot];
                }
                slot = slot + 1 & SLOTS - 1;
            }
            return null;
        }
    }
}
