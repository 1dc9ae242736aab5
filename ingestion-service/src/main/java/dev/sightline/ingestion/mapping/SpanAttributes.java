package dev.sightline.ingestion.mapping;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.Arrays;
import java.util.List;

/**
 * The attributes of one span, sorted by meaning in one pass, with a mark on each that some field of the observation
 * has taken. What nobody took is stored as an attribute. Of two attributes with one name the later counts.
 * For one span and one thread.
 */
final class SpanAttributes {
    private static final int[] NO_MEMBERS = {};
    /** Tag and length. */
    private static final int EMPTY_TEXT_BYTES = 2;

    private final List<KeyValue> attributes;
    private final int count;
    private final boolean[] taken;
    /** Position + 1 of each key's attribute; 0: absent. */
    private final short[] keys = new short[Key.COUNT];
    private final int[][] members = new int[Family.COUNT][];
    private final int[] memberCounts = new int[Family.COUNT];
    private String[] replaced;

    /** Reads the first `countMax` attributes, at most 32,767; the rest is as if it had not been sent. */
    SpanAttributes(List<KeyValue> attributes, int countMax) {
        this.attributes = attributes;
        this.count = Math.min(Math.min(attributes.size(), countMax), Short.MAX_VALUE - 1);
        this.taken = new boolean[count];
        for (int i = 0; i < count; i++) {
            String name = attributes.get(i).getKey();
            Key key = Key.of(name);
            if (key == null) {
                addMember(name, i);
            } else {
                short earlier = keys[key.ordinal()];
                if (earlier > 0) {
                    taken[earlier - 1] = true;
                }
                keys[key.ordinal()] = (short) (i + 1);
            }
        }
    }

    private void addMember(String name, int position) {
        Family family = Family.of(name);
        if (family == null) {
            return;
        }
        int index = family.ordinal();
        int size = memberCounts[index]++;
        if (size == 0) {
            members[index] = new int[8];
        } else if (size == members[index].length) {
            members[index] = Arrays.copyOf(members[index], size * 2);
        }
        members[index][size] = position;
    }

    /** How many attributes were read. */
    int count() {
        return count;
    }

    /** How many attributes were sent beyond the limit. */
    int dropped() {
        return attributes.size() - count;
    }

    /** Whether the attribute is there and says something: not empty text, not an empty list. */
    boolean has(Key key) {
        return peek(key) != null;
    }

    boolean hasAny(Key... candidates) {
        for (Key key : candidates) {
            if (has(key)) {
                return true;
            }
        }
        return false;
    }

    /** The value where it says something, or null. Leaves it for others. */
    AnyValue peek(Key key) {
        short position = keys[key.ordinal()];
        if (position == 0) {
            return null;
        }
        AnyValue value = attributes.get(position - 1).getValue();
        return isMeaningful(value) ? value : null;
    }

    /** The value as text, or null. Leaves it for others. */
    String peekText(Key key) {
        AnyValue value = peek(key);
        return value == null ? null : Json.text(value);
    }

    /** The text of the first key that says something, or an empty string. */
    String text(Key... candidates) {
        String text = textOrNull(candidates);
        return text == null ? "" : text;
    }

    /** The text of the first key that says something, or null. Takes that attribute. */
    String textOrNull(Key... candidates) {
        for (Key key : candidates) {
            AnyValue value = peek(key);
            if (value != null) {
                take(key);
                return Json.text(value);
            }
        }
        return null;
    }

    /** The text of the first key that says something, as {@link Json#utf8}, or null. Takes that attribute. */
    ByteString bytesOrNull(Key... candidates) {
        for (Key key : candidates) {
            AnyValue value = peek(key);
            if (value != null) {
                take(key);
                return Json.utf8(value);
            }
        }
        return null;
    }

    /** Whether the attribute says yes, as a boolean or as text. */
    boolean isTrue(Key key) {
        AnyValue value = peek(key);
        return value != null && (value.getBoolValue() || value.getStringValue().equalsIgnoreCase("true"));
    }

    /** Marks an attribute as stored elsewhere, or as a copy of what is. */
    void take(Key key) {
        short position = keys[key.ordinal()];
        if (position > 0) {
            taken[position - 1] = true;
        }
    }

    int size(Family family) {
        return memberCounts[family.ordinal()];
    }

    KeyValue member(Family family, int index) {
        return attributes.get(positions(family)[index]);
    }

    /** What follows the family's prefix in a member's name. */
    String memberName(Family family, int index) {
        return member(family, index).getKey().substring(family.prefix().length());
    }

    void take(Family family, int index) {
        taken[positions(family)[index]] = true;
    }

    void takeAll(Family family) {
        for (int i = 0; i < size(family); i++) {
            take(family, i);
        }
    }

    private int[] positions(Family family) {
        int[] positions = members[family.ordinal()];
        return positions == null ? NO_MEMBERS : positions;
    }

    /** Stores this text as the attribute instead of what was sent. */
    void replace(Key key, String text) {
        if (replaced == null) {
            replaced = new String[count];
        }
        replaced[keys[key.ordinal()] - 1] = text;
    }

    /** Stores what no field has taken. */
    void putRest(Observation.Builder observation) {
        for (int i = 0; i < count; i++) {
            if (!taken[i]) {
                KeyValue attribute = attributes.get(i);
                observation.putAttributes(attribute.getKey(), replaced == null || replaced[i] == null
                        ? Json.text(attribute.getValue()) : replaced[i]);
            }
        }
    }

    static boolean isMeaningful(AnyValue value) {
        return switch (value.getValueCase()) {
            // Asked of the size, which is remembered, since asking for the text would decode it.
            case STRING_VALUE -> value.getSerializedSize() > EMPTY_TEXT_BYTES;
            case ARRAY_VALUE -> value.getArrayValue().getValuesCount() > 0;
            case KVLIST_VALUE -> value.getKvlistValue().getValuesCount() > 0;
            case VALUE_NOT_SET -> false;
            default -> true;
        };
    }
}
