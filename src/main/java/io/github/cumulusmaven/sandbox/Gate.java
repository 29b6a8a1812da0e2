package io.github.cumulusmaven.sandbox;

/** Decides who may come in. */
@FunctionalInterface
interface Gate {
    /** Lets everyone in. */
    Gate OPEN = request -> Access.ANYONE;

    /** What the sender of a request may do; without a good token, a refusal. */
    Access access(Request request) throws Refusal;
}
