package io.github.cumulusmaven.http;

import io.github.cumulusmaven.redact.Secrets;

/** A gateway for small answers bears the same faults. */
class SmallAnswersGatewayFaultsTest extends HttpGatewayFaultsTest {
    @Override
    HttpGateway gateway(HttpGateway.Limits limits, HandClock time) {
        return HttpGateway.forSmallAnswers(limits, "test/1", time, new Secrets());
    }
}
