package io.github.cumulusmaven.http;

import io.github.cumulusmaven.redact.Secrets;

/** All that holds for a gateway holds for one that is made for small answers. */
class SmallAnswersGatewayTest extends HttpGatewayTest {
    @Override
    HttpGateway gateway(HttpGateway.Limits limits, HandClock time) {
        return HttpGateway.forSmallAnswers(limits, "test/1", time, new Secrets());
    }
}
