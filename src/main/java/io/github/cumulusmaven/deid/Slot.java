package io.github.cumulusmaven.deid;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rule for one property of one {@link Node}. */
final class Slot {
    /** The ways to scrub the value. */
    enum Kind {
        /** Drops the value. */
        DROPPED,
        PRIMITIVE,
        /** Scrubs an object by the rules of {@link #node}. */
        OBJECT,
        /** Scrubs an extension by the rules of {@link #node}, if its URL is kept. */
        EXTENSION,
        /**
         * Scrubs a modifier extension by the rules of {@link #node} if its URL is understood, or else skips the
         * resource.
         */
        MODIFIER_EXTENSION,
        /** Scrubs a contained resource by the rules of the type that it names. */
        RESOURCE
    }

    final String path;
    final int counter;
    final Kind kind;
    final Action action;
    final Node node;
    final Set<String> systems;
    /** The type that the value must have to stay as it is; null where the value is not checked. */
    final @Nullable PrimitiveType type;

    /**
     * The property's name in JSON, quoted and with its colon; {@code siblingKey} is that of the sibling with its
     * extensions.
     */
    final byte[] key;

    final byte[] siblingKey;

    /** The one resource type that a reference may lead to, groups aside; empty for several. */
    String target = "";

    /** Makes the rule of an element with elements, or of one that is dropped. */
    Slot(String path, int counter, Kind kind, Node node, Set<String> systems) {
        this(path, counter, kind, Action.KEEP, node, systems, null);
    }

    /** Makes the rule of a primitive. */
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
