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
                "https://h/f?a=1;sig=s3cret                  | https://h/f?a=REDACTED;sig=REDACTED",
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

    @DisplayName("FL-07 links that differ in a hidden value are told from each other")
    @ParameterizedTest
    @CsvSource({
        "https://h/f?key=exports/1/Patient.1.ndjson, https://h/f?key=exports/1/Patient.2.ndjson",
        "https://h/f?file_token=a, https://h/f?file_token=b",
        "https://h/f?token=a, https://h/f?token=b",
        "https://h/f?file=1&sig=x, https://h/f?file=2&sig=x",
        "https://h/f?a=1;sig=x, https://h/f?a=2;sig=x",
        "https://h/f?key=1, https://h/f?key=",
    })
    void toldApart(String one, String other) {
        assertThat(SignedUrl.identity(one)).isNotEqualTo(SignedUrl.identity(other));
    }

    @DisplayName("FL-07 a link that was renewed has the same identity")
    @ParameterizedTest
    @CsvSource({
        "https://h/f?X-Amz-Date=1&X-Amz-Signature=a&x-id=1, https://h/f?X-Amz-Date=2&X-Amz-Signature=b&x-id=1",
        "https://h/f?AWSAccessKeyId=k&Signature=a&Expires=1, https://h/f?AWSAccessKeyId=l&Signature=b&Expires=2",
        "https://h/f?Policy=k&Signature=a&Key-Pair-Id=1, https://h/f?Policy=l&Signature=b&Key-Pair-Id=1",
        "https://h/f?X-Goog-Expires=1&X-Goog-Signature=a, https://h/f?X-Goog-Expires=2&X-Goog-Signature=b",
        "https://h/f?sv=1&se=1&skoid=1&sig=a&rscd=x, https://h/f?sv=2&se=2&skoid=2&sig=b&rscd=x",
        "https://h/f?SIG=a, https://h/f?SIG=b",
        "https://h/f?%73ig=a, https://h/f?%73ig=b",
        "https://h/f?access_token=a, https://h/f?access_token=b",
    })
    void renewed(String one, String other) {
        assertThat(SignedUrl.identity(one)).isEqualTo(SignedUrl.identity(other));
    }

    @DisplayName("FL-07 an identity has no hidden value, and is its own")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://h/f?key=s3cret&mail=s3cret",
                "https://u:s3cret@h/f?jwt=s3cret;sig=s3cret#s3cret",
                "/f?a&token=s3cret&b=",
                "https://h/f?sig=s3\ncret",
                "https://h/f?id=7",
            })
    void identity(String url) {
        String identity = SignedUrl.identity(url);

        assertThat(identity).doesNotContain("cret");
        assertThat(SignedUrl.identity(identity)).isEqualTo(identity);
        assertThat(SignedUrl.kept(identity)).isEqualTo(SignedUrl.kept(url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://h/f?sig=s3\ncret", "https://h/f?sig=s3\r\ns3cret&x=1"})
    @DisplayName("LG-04 hides values that are no values of a URL")
    void redactsTheMalformed(String url) {
        assertThat(SignedUrl.kept(url)).doesNotContain("cret").contains("sig=REDACTED");
    }
}
