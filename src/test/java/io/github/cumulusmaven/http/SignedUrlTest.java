package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedUrlTest {
    @DisplayName("FL-03 knows the signatures of the storage services")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://b.s3.amazonaws.com/f?X-Amz-Algorithm=AWS4&X-Amz-Signature=abc",
                "https://b.s3.amazonaws.com/f?AWSAccessKeyId=k&Signature=abc&Expires=1",
                "https://storage.googleapis.com/f?x-goog-signature=abc",
                "https://a.blob.core.windows.net/f?sv=1&sig=abc",
                "https://h/f?SIG=abc",
                "https://h/f?sig"
            })
    void signed(URI url) {
        assertThat(SignedUrl.isSigned(url)).isTrue();
    }

    @DisplayName("FL-03 other queries are no signatures")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://h/f",
                "https://h/f?",
                "https://h/f?_jobId=1&signed=1",
                "https://h/f?design=x",
                "https://h/sig=1/f",
                "https://h/f#sig=1"
            })
    void unsigned(URI url) {
        assertThat(SignedUrl.isSigned(url)).isFalse();
    }

    @DisplayName("LG-04 hides values and keeps names")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://h/f?id=7                            | https://h/f?id=7",
                "https://h/$export?_type=A,B&_since=x        | https://h/$export?_type=A,B&_since=x",
                "https://h/f?id=7&sig=s3cret                 | https://h/f?id=REDACTED&sig=REDACTED",
                "https://h/f?a&sig=s3=cr=et&b=               | https://h/f?a=REDACTED&sig=REDACTED&b=REDACTED",
                "https://h/f?access_token=s3cret             | https://h/f?access_token=REDACTED",
                "https://h/f?Subscription-Key=s3cret         | https://h/f?Subscription-Key=REDACTED",
                "https://h/f?x=?&X-Amz-Signature=s3cret      | https://h/f?x=REDACTED&X-Amz-Signature=REDACTED",
                "https://u:s3cret@h/f                        | https://h/f",
                "https://u:s3cr@et@h/f?x=1                   | https://h/f?x=1",
                "https://h/f?mail=a@b                        | https://h/f?mail=a@b",
                "https://u:s3cret@h/f?sig=s3cret#s3cret      | https://h/f?sig=REDACTED",
                "https://h/f?%73ig=s3cret                    | https://h/f?%73ig=REDACTED",
                "https://h/f?a=1;sig=s3cret                  | https://h/f?a=REDACTED",
                "https://h/f?auth_token=s3cret               | https://h/f?auth_token=REDACTED",
                "https://h/f?jwt=s3cret&key=s3cret&sas=s3cret | https://h/f?jwt=REDACTED&key=REDACTED&sas=REDACTED",
                "https://h/f?id=7#s3cret                     | https://h/f?id=7",
                "/relative/f?sig=s3cret                      | /relative/f?sig=REDACTED",
                "not a URL at all?sig=s3cret                 | not a URL at all?sig=REDACTED",
                "words                                       | words",
            })
    void redacts(String url, String shown) {
        assertThat(SignedUrl.kept(url)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://h/f?sig=s3\ncret", "https://h/f?sig=s3\r\ns3cret&x=1"})
    @DisplayName("LG-04 hides values that are no values of a URL")
    void redactsTheMalformed(String url) {
        assertThat(SignedUrl.kept(url)).doesNotContain("cret").contains("sig=REDACTED");
    }
}
