package io.github.cumulusmaven.sandbox;

import io.github.cumulusmaven.sandbox.TokenCheck.Access;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The access tokens that are good now: random words that mean nothing outside this server. */
final class AccessTokens implements TokenCheck {
    /** As SMART recommends (SM-12). */
    static final Duration LIFE = Duration.ofMinutes(5);

    private static final int RANDOM_BYTES = 32;
    private static final Pattern BEARER = Pattern.compile("(?i)Bearer +(\\S+) *");

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();

    AccessTokens(InstantSource clock) {
        this.clock = clock;
    }

    private record Grant(Access access, Instant end) {
        boolean isOver(Instant now) {
            return !end.isAfter(now);
        }
    }

    String issue(Access access) {
        Instant now = clock.instant();
        grants.values().removeIf(grant -> grant.isOver(now));
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        grants.put(token, new Grant(access, now.plus(LIFE)));
        return token;
    }

    @Override
    public Access access(Request request) throws Refusal {
        String header = request.header("Authorization")
                .orElseThrow(() -> Refusal.unauthorized("Bearer", "An access token is needed"));
        return token(header)
                .flatMap(token -> Optional.ofNullable(grants.get(token)))
                .filter(grant -> !grant.isOver(clock.instant()))
                .orElseThrow(() -> Refusal.unauthorized(
                        "Bearer error=\"invalid_token\"", "The access token is unknown or has expired"))
                .access();
    }

    private static Optional<String> token(String header) {
        Matcher matcher = BEARER.matcher(header);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
