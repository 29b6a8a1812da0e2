package io.github.cumulusmaven.bulk;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.NamedUrl;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads any text as a URL that a server names, and that a user gives. */
class UrlFuzz {
    private static final URI SOURCE = URI.create("https://ehr.example/fhir/status/1");

    @ValueSource(
            strings = {
                "https://ehr.example/fhir/Group/1/$export?_type=Patient&_typeFilter=a%2Cb",
                "../x?sig=1",
                "//u:p@h:80/x#f",
                "http://[::1]:8080/",
                "https://s3.example/b?X-Amz-Signature=abc&%73ig=1",
                "http://ehr.example/fhir"
            })
    @FuzzTest
    void read(String text) {
        if (text == null) {
            return;
        }
        Optional<URI> url = NamedUrl.resolve(SOURCE, text);
        if (url.isPresent() && !Origin.isWeb(url.get())) {
            throw new AssertionError("no URL of the web");
        }
        url.map(RedactedUrl::of);
        url.map(SignedUrl::isSigned);
        SignedUrl.kept(text);
        try {
            ExportTarget.parse(text);
        } catch (InvalidSetting other) {
            return;
        }
    }
}
