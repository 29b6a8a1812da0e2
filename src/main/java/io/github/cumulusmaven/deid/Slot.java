package io.github.cumulusmaven.deid;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What the rules say of one property of one {@link Node}. */
final class Slot {
    /** How the value is taken. */
    enum Kind {
        /** Not at all. */
        DROPPED,
        PRIMITIVE,
        /** By the rules of {@link #node}. */
        OBJECT,
        /** The same, if its URL is one to keep. */
        EXTENSION,
        /** The same, or else the resource is skipped. */
        MODIFIER_EXTENSION,
        /** By the rules of the resource type that it names. */
        RESOURCE
    }

    final String path;
    final int counter;
    final Kind kind;
    final Action action;
    final Node node;
    final Set<String> systems;
    /** The name as it is written, quoted and with its colon; that of the sibling that holds its extensions. */
    final byte[] key;

    final byte[] siblingKey;

    Slot(String path, int counter, Kind kind, Action action, Node node, Set<String> systems) {
        this.path = path;
        this.counter = counter;
        this.kind = kind;
        this.action = action;
        this.node = node;
        this.systems = systems;
        String name = path.substring(path.lastIndexOf('.') + 1);
        this.key = ('"' + name + "\":").getBytes(StandardCharsets.UTF_8);
        this.siblingKey = ("\"_" + name + "\":").getBytes(StandardCharsets.UTF_8);
    }
}
