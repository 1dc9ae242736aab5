package dev.sightline.base.error;

/** A part of a text that a caller sent, in code points, the first being 0. */
public record TextRange(int position, int length) {
}
