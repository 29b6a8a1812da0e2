package io.github.cumulusmaven.mojo;

import java.util.List;
import java.util.Optional;

/** A build names a parameter that no goal has. */
final class UnknownParameter extends Exception {
    private static final long serialVersionUID = 1L;

    private final String given;
    private final transient Optional<String> meant;
    private final String goal;
    private final transient List<String> parameters;

    /**
     * For one name.
     *
     * @param given the name, as it was written
     * @param meant the parameter that comes closest, written likewise
     * @param goal that is to run
     * @param parameters that this goal has
     */
    UnknownParameter(String given, Optional<String> meant, String goal, List<String> parameters) {
        super(given + " is unknown");
        this.given = given;
        this.meant = meant;
        this.goal = goal;
        this.parameters = parameters;
    }

    String given() {
        return given;
    }

    Optional<String> meant() {
        return meant;
    }

    String goal() {
        return goal;
    }

    List<String> parameters() {
        return parameters;
    }
}
