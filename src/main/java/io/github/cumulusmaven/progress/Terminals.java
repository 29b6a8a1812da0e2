package io.github.cumulusmaven.progress;

import java.io.Console;
import java.util.Optional;

/** Where the output of this JVM goes. */
public final class Terminals {
    private Terminals() {}

    /** Whether somebody sits before it. */
    public static boolean isTerminal() {
        return Optional.ofNullable(System.console())
                .filter(Terminals::isTerminal)
                .isPresent();
    }

    /** From JDK 22 on there may be a console without a terminal, and a method that tells; before, it was the same. */
    private static boolean isTerminal(Console console) {
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException beforeJdk22) {
            return true;
        } catch (ReflectiveOperationException unknown) {
            return false;
        }
    }
}
