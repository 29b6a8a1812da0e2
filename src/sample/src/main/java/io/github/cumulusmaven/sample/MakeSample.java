package io.github.cumulusmaven.sample;

import java.io.IOException;
import java.nio.file.Path;

/** Turns a folder of Synthea's NDJSON into the sample, then reads the sample back and checks it. */
public final class MakeSample {
    private MakeSample() {}

    /**
     * @param args the folder of Synthea's FHIR output, the folder of the sample, and the words that name the source
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            throw new IllegalArgumentException("Expected: <Synthea's fhir folder> <folder of the sample> <source>");
        }
        Resources sample = make(SyntheaFolder.read(Path.of(args[0])));
        SampleFolder folder = new SampleFolder(Path.of(args[1]));
        folder.write(sample, Deletions.bundles(), args[2]);
        new Verification(folder).run();
        System.out.printf("The sample has %,d bytes in %s%n", folder.size(), folder.path());
    }

    /** The order matters: what is derived copies references that were made literal, and is dated like the rest. */
    private static Resources make(Resources resources) {
        ProviderReferences.of(resources).rewrite(resources);
        LabOrders.addTo(resources);
        Dispenses.addTo(resources);
        Episodes.addTo(resources);
        ExternalNotes.moveOut(resources);
        Cohort.addTo(resources);
        LastUpdated.stamp(resources);
        return resources;
    }
}
