package io.github.cumulusmaven.deid;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    /** What the value has to be for it to stay as it is; null where that is not looked at. */
    final @Nullable PrimitiveType type;

    /** The name as it is written, quoted and with its colon; that of the sibling that holds its extensions. */
    final byte[] key;

    final byte[] siblingKey;

    /** For a reference: the one resource type that it may lead to, groups aside; empty where there are several. */
    String target = "";

    /** For something with elements, or something that is dropped. */
    Slot(String path, int counter, Kind kind, Node node, Set<String> systems) {
        this(path, counter, kind, Action.KEEP, node, systems, null);
    }

    /** For a primitive. */
    Slot(String path, int counter, Action action, @Nullable PrimitiveType type) {
        this(path, counter, Kind.PRIMITIVE, action, Node.NONE, Set.of(), type);
    }

    private Slot(
            String path,
            int counter,
            Kind kind,
            Action action,
            Node node,
            Set<String> systems,
            @Nullable PrimitiveType type) {
        this.path = path;
        this.counter = counter;
        this.kind = kind;
        this.action = action;
        this.node = node;
        this.systems = systems;
        this.type = type;
        String name = path.substring(path.lastIndexOf('.') + 1);
        this.key = ('"' + name + "\":").getBytes(StandardCharsets.UTF_8);
        this.siblingKey = ("\"_" + name + "\":").getBytes(StandardCharsets.UTF_8);
    }
}
