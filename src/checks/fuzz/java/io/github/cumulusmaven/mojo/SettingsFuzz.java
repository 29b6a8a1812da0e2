package io.github.cumulusmaven.mojo;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.crypto.DefaultSettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.codehaus.plexus.util.xml.Xpp3DomBuilder;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads any XML as the configuration of a server in settings.xml. */
class SettingsFuzz {
    @ValueSource(
            strings = {
                "<configuration><authentication>smart</authentication><tokenUrl>https://h/t</tokenUrl></configuration>",
                "<configuration><scopes>system/*.read system/Patient.read</scopes><keyId>1</keyId></configuration>",
                "<configuration><authentication>none</authentication></configuration>"
            })
    @FuzzTest
    void read(String xml) throws IOException {
        if (xml == null) {
            return;
        }
        Server server = new Server();
        server.setId("ehr");
        server.setUsername("me");
        server.setPrivateKey("/nowhere.jwks");
        Settings settings = new Settings();
        settings.addServer(server);
        try {
            server.setConfiguration(Xpp3DomBuilder.build(new StringReader(xml)));
        } catch (XmlPullParserException | IOException | RuntimeException noXml) {
            // Maven has read it by then.
            return;
        }
        SettingsDecrypter nothingToDecrypt = new DefaultSettingsDecrypter(text -> text);
        try {
            new ServerCredentials(settings, nothingToDecrypt, Map.of(), new Secrets()).client("ehr", "", "");
        } catch (InvalidSetting | IOException refused) {
            return;
        }
    }
}
