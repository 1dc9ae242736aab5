package dev.sightline.acceptance;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A picture of a page reduced to the mean colour of each block of 16 by 16 pixels: what is left does not depend on how
 * a machine smooths its letters, but on where things are and on their colours. Kept as a PNG of a pixel for a block.
 */
final class CoarsePicture {
    private static final int BLOCK_PIXELS = 16;
    /** Of 255, in any of red, green and blue. */
    private static final int CHANNEL_TOLERANCE = 8;

    private final BufferedImage blocks;

    private CoarsePicture(BufferedImage blocks) {
        this.blocks = blocks;
    }

    static CoarsePicture of(BufferedImage full) {
        int columns = Math.ceilDiv(full.getWidth(), BLOCK_PIXELS);
        int rows = Math.ceilDiv(full.getHeight(), BLOCK_PIXELS);
        BufferedImage blocks = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                blocks.setRGB(column, row, mean(full, place(column, row).intersection(
                        new Rectangle(full.getWidth(), full.getHeight()))));
            }
        }
        return new CoarsePicture(blocks);
    }

    private static int mean(BufferedImage full, Rectangle block) {
        long red = 0;
        long green = 0;
        long blue = 0;
        for (int rgb : full.getRGB(block.x, block.y, block.width, block.height, null, 0, block.width)) {
            red += rgb >> 16 & 0xff;
            green += rgb >> 8 & 0xff;
            blue += rgb & 0xff;
        }
        int pixels = block.width * block.height;
        return (int) (red / pixels) << 16 | (int) (green / pixels) << 8 | (int) (blue / pixels);
    }

    static CoarsePicture read(Path file) {
        try {
            return new CoarsePicture(ImageIO.read(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }

    void write(Path file) {
        write(blocks, file);
    }

    static void write(BufferedImage image, Path file) {
        try {
            Files.createDirectories(file.getParent());
            ImageIO.write(image, "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
        }
    }

    int blockCount() {
        return blocks.getWidth() * blocks.getHeight();
    }

    /** Blocks that differ, in pixels of the full picture; all of them where the sizes do. */
    List<Rectangle> differencesFrom(CoarsePicture expected) {
        List<Rectangle> different = new ArrayList<>();
        for (int row = 0; row < blocks.getHeight(); row++) {
            for (int column = 0; column < blocks.getWidth(); column++) {
                if (!sameSizeAs(expected)
                        || differ(blocks.getRGB(column, row), expected.blocks.getRGB(column, row))) {
                    different.add(place(column, row));
                }
            }
        }
        return different;
    }

    private boolean sameSizeAs(CoarsePicture other) {
        return blocks.getWidth() == other.blocks.getWidth() && blocks.getHeight() == other.blocks.getHeight();
    }

    private static boolean differ(int one, int other) {
        for (int shift = 0; shift <= 16; shift += 8) {
            if (Math.abs((one >> shift & 0xff) - (other >> shift & 0xff)) > CHANNEL_TOLERANCE) {
                return true;
            }
        }
        return false;
    }

    /** The page with what differs framed, beside the blocks that were expected. */
    static BufferedImage difference(BufferedImage full, List<Rectangle> different, CoarsePicture expected) {
        BufferedImage both = new BufferedImage(full.getWidth() * 2, full.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = both.createGraphics();
        graphics.drawImage(full, 0, 0, null);
        graphics.drawImage(expected.blocks, full.getWidth(), 0, expected.blocks.getWidth() * BLOCK_PIXELS,
                expected.blocks.getHeight() * BLOCK_PIXELS, null);
        graphics.setColor(Color.RED);
        different.forEach(block -> graphics.drawRect(block.x, block.y, block.width - 1, block.height - 1));
        graphics.dispose();
        return both;
    }

    private static Rectangle place(int column, int row) {
        return new Rectangle(column * BLOCK_PIXELS, row * BLOCK_PIXELS, BLOCK_PIXELS, BLOCK_PIXELS);
    }
}
