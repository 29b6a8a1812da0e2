package io.github.cumulusmaven.run;

import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.redact.Secrets;
import java.time.InstantSource;

/**
 * Holds what all runs take from the program around them.
 *
 * @param userAgent what servers see
 * @param clock of the JVM
 * @param sleeper waits
 * @param secrets that nobody is to be shown
 */
public record RunContext(String userAgent, InstantSource clock, Sleeper sleeper, Secrets secrets) {}
