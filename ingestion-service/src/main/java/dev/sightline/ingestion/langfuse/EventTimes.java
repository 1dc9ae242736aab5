package dev.sightline.ingestion.langfuse;

import dev.sightline.base.error.ServiceException;
import java.time.Duration;
import java.util.OptionalLong;

/** Times of one request, held to what a clock can say: the bounds of {@link LangfuseConfig} around now. */
record EventTimes(long nowUnixNano, Duration before, Duration ahead) {

    static EventTimes of(LangfuseConfig config, long nowUnixNano) {
        return new EventTimes(nowUnixNano, config.startedBeforeMax(), config.startsAheadMax());
    }

    /** Empty where absent. Throws {@link ServiceException} for no time and for one out of bounds. */
    OptionalLong read(Fields fields, String name) {
        OptionalLong time = fields.time(name);
        if (time.isPresent() && time.getAsLong() > nowUnixNano + ahead.toNanos()) {
            throw fields.invalid(name, "is more than " + words(ahead) + " in the future; check the sender's clock");
        }
        if (time.isPresent() && time.getAsLong() < nowUnixNano - before.toNanos()) {
            throw fields.invalid(name, "is more than " + words(before) + " in the past; check the sender's clock");
        }
        return time;
    }

    private static String words(Duration duration) {
        return duration.toDays() == 0 ? duration.toString()
                : duration.toDays() + (duration.toDays() == 1 ? " day" : " days");
    }
}
