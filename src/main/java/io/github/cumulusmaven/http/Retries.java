package io.github.cumulusmaven.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Repeats what failed for a passing reason, and only that.
 *
 * @param policy how often
 * @param sleeper how to wait
 * @param listener told before each wait
 */
public record Retries(RetryPolicy policy, Sleeper sleeper, Listener listener) {

    /** Something that can be tried again from its beginning. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    /** A failure whose repetition may succeed; what is not one of these is final. */
    public interface Passing {
        boolean isPassing();

        /** How long the other side asks to be left alone. */
        default Optional<Duration> retryAfter() {
            return Optional.empty();
        }
    }

    /** Hears of every repetition. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Before the wait.
         *
         * @param what is being done
         * @param attempt the number of the attempt that failed, from 1
         * @param attempts how many there will be at the most
         * @param reason why it failed, without content
         * @param wait how long until the next
         */
        void retrying(String what, int attempt, int attempts, String reason, Duration wait);
    }

    /** Runs until it succeeds, fails for good, or the attempts are used up; then the last failure is thrown. */
    public <T> T run(String what, Attempt<T> attempt) throws IOException, InterruptedException {
        for (int number = 1; ; number++) {
            try {
                return attempt.run();
            } catch (IOException failure) {
                if (number >= policy.attempts() || !(failure instanceof Passing passing) || !passing.isPassing()) {
                    throw failure;
                }
                Duration wait = waitBefore(number, passing);
                listener.retrying(what, number, policy.attempts(), String.valueOf(failure.getMessage()), wait);
                sleeper.sleep(wait);
            }
        }
    }

    private Duration waitBefore(int failures, Passing failure) {
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        Duration ours = policy.waitAfter(failures);
        Duration longer = asked.compareTo(ours) > 0 ? asked : ours;
        return longer.compareTo(policy.longest()) < 0 ? longer : policy.longest();
    }
}
