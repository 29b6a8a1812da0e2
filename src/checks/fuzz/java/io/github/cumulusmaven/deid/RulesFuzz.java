package io.github.cumulusmaven.deid;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads any text as rules of a site. */
class RulesFuzz {
    private static final ScrubRules BUILT_IN = ScrubRules.builtIn();

    @ValueSource(
            strings = {
                "Patient.gender drop\nkeep-extension http://example.org/x\n",
                "Condition.code.text keep # why\n",
                "Patient.maritalStatus CodeableConcept\nCoding.code drop\n",
                "Patient.identifier Identifier system=http://x system=urn:y\n"
            })
    @FuzzTest
    void read(String text) throws IOException {
        if (text == null) {
            return;
        }
        try {
            RuleIndex.of(
                    BUILT_IN.set().extendedBy(RulesFile.read("rules", new BufferedReader(new StringReader(text)))));
        } catch (InvalidRules invalid) {
            return;
        }
    }
}
