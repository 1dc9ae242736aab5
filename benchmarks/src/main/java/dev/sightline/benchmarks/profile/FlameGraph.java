package dev.sightline.benchmarks.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws collapsed stacks (`frame;frame;frame count` a line) as an SVG that needs no script: width is time, a frame
 * stands on its caller. Hovering tells the whole name and the share; frames narrower than a pixel are left out.
 */
final class FlameGraph {
    private static final int WIDTH = 1_600;
    private static final int ROW = 17;
    private static final int TOP = 44;
    private static final double CHAR_WIDTH = 6.3;

    private final StringBuilder svg = new StringBuilder();
    private long total;
    private int height;

    private static final class Frame {
        private final Map<String, Frame> callees = new TreeMap<>();
        private long count;

        int depth() {
            return 1 + callees.values().stream().mapToInt(Frame::depth).max().orElse(0);
        }

        Frame withoutSmall(double least) {
            callees.values().removeIf(callee -> callee.count < least);
            callees.values().forEach(callee -> callee.withoutSmall(least));
            return this;
        }
    }

    private FlameGraph() {
    }

    static void write(String collapsed, String title, Path file) throws IOException {
        Files.writeString(file, new FlameGraph().draw(collapsed, title));
    }

    private String draw(String collapsed, String title) {
        Frame all = new Frame();
        for (String line : collapsed.lines().toList()) {
            int space = line.lastIndexOf(' ');
            long count = Long.parseLong(line.substring(space + 1));
            Frame frame = all;
            frame.count += count;
            for (String name : line.substring(0, space).split(";")) {
                frame = frame.callees.computeIfAbsent(shortName(name), _ -> new Frame());
                frame.count += count;
            }
        }
        total = all.count;
        all.withoutSmall((double) total / WIDTH);
        height = TOP + all.depth() * ROW + 8;
        svg.append(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"ui-monospace,Menlo,Consolas,monospace\" font-size=\"10.5\">%n", WIDTH, height));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        svg.append("<text x=\"8\" y=\"26\" font-size=\"16\" font-family=\"system-ui,sans-serif\">")
                .append(escape(title)).append("</text>\n");
        draw("all", all, 0, 0);
        return svg.append("</svg>\n").toString();
    }

    private void draw(String name, Frame frame, double left, int depth) {
        double width = (double) frame.count / total * WIDTH;
        int y = height - 8 - (depth + 1) * ROW;
        svg.append(String.format(Locale.ROOT, "<g><title>%s: %.1f %%</title>"
                        + "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>",
                escape(name), 100.0 * frame.count / total, left, y, Math.max(0.5, width - 0.5), ROW - 1,
                colour(name)));
        int chars = (int) ((width - 6) / CHAR_WIDTH);
        if (chars >= 4) {
            String text = name.length() <= chars ? name : name.substring(0, chars - 1) + "…";
            svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>", left + 3, y + 12,
                    escape(text)));
        }
        svg.append("</g>\n");
        double x = left;
        for (Map.Entry<String, Frame> callee : frame.callees.entrySet()) {
            draw(callee.getKey(), callee.getValue(), x, depth + 1);
            x += (double) callee.getValue().count / total * WIDTH;
        }
    }

    /** `dev/sightline/ingestion/mapping/Json.text` is `Json.text`: packages would leave no room for what matters. */
    private static String shortName(String name) {
        return name.substring(name.lastIndexOf('/', name.indexOf('.') < 0 ? name.length() : name.indexOf('.')) + 1);
    }

    private static String colour(String name) {
        boolean java = !name.isEmpty() && Character.isUpperCase(name.charAt(0)) && name.indexOf('.') > 0;
        int shade = Math.floorMod(name.hashCode(), 24);
        return java ? "hsl(" + (96 + shade) + ",52%,74%)" : "hsl(" + (22 + shade) + ",78%,74%)";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
