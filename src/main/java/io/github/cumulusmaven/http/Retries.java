package io.github.cumulusmaven.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Repeats tasks that failed for a passing reason, and only those.
 *
 * @param policy how often, and with what waits
 * @param sleeper how to wait
 * @param listener told before each wait
 * @param random from 0 to 1, for the lengths of waits
 */
public record Retries(RetryPolicy policy, Sleeper sleeper, Listener listener, DoubleSupplier random) {
    /** Makes retries with random waits. */
    public Retries(RetryPolicy policy, Sleeper sleeper, Listener listener) {
        this(policy, sleeper, listener, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** A task that can be tried again from its beginning. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    /** A failure that a repetition may cure; any other failure is final. */
    public interface Passing {
        boolean isPassing();

        /** Returns the wait that the server asks for. */
        default Optional<Duration> retryAfter() {
            return Optional.empty();
        }
    }

    /** Hears of every repetition. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Reports a repetition before its wait begins.
         *
         * @param what is being done
         * @param attempt the number of the attempt that failed, from 1
         * @param attempts how many there will be at the most
         * @param reason why it failed; its message holds no content
         * @param wait how long until the next
         */
        void retrying(String what, int attempt, int attempts, Exception reason, Duration wait);
    }

    /** Returns the same retries with another way to wait. */
    public Retries waiting(Sleeper other) {
        return new Retries(policy, other, listener, random);
    }

    /** Runs the task until it succeeds, fails for good, or the attempts are used up; then throws the last failure. */
    public <T> T run(String what, Attempt<T> attempt) throws IOException, InterruptedException {
        Series series = series(what);
        while (true) {
            try {
                return attempt.run();
            } catch (IOException failure) {
                series.failed(failure);
            }
        }
    }

    /** Begins to count the attempts at one task, for work that cannot be put as one function. */
    public Series series(String what) {
        return new Series(what);
    }

    /** Counts the failed attempts at one task. Not for several threads. */
    public final class Series {
        private final String what;
        private int failures;
        private long farthest;
        private Duration wait = policy.first();
        private boolean over;

        private Series(String what) {
            this.what = what;
        }

        /**
         * Notes how far the task has come, in any unit. Only attempts that bring no progress count: a download that
         * breaks off now and then reaches its end all the same.
         */
        public void reached(long position) {
            if (position > farthest) {
                farthest = position;
                failures = 0;
                wait = policy.first();
            }
        }

        /** Returns when it is time for the next attempt. Throws the failure when there is to be none. */
        public void failed(IOException failure) throws IOException, InterruptedException {
            failures++;
            over |= failures >= policy.attempts() || !(failure instanceof Passing passing && passing.isPassing());
            if (over) {
                throw failure;
            }
            Duration asked = ((Passing) failure).retryAfter().orElse(Duration.ZERO);
            wait = policy.waitAfter(wait, random.getAsDouble());
            Duration next = longer(asked, wait);
            listener.retrying(what, failures, policy.attempts(), failure, next);
            sleeper.sleep(next);
        }

        private Duration longer(Duration asked, Duration ours) {
            Duration longer = asked.compareTo(ours) > 0 ? asked : ours;
            return longer.compareTo(policy.longest()) < 0 ? longer : policy.longest();
        }
    }
}
