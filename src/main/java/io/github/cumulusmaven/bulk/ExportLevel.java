package io.github.cumulusmaven.bulk;

/** Whose data is exported (KO-03). */
public sealed interface ExportLevel {
    /** Everything the server has. */
    record WholeSystem() implements ExportLevel {
        @Override
        public String path() {
            return "";
        }
    }

    /** All patients' data. */
    record Patients() implements ExportLevel {
        @Override
        public String path() {
            return "/Patient";
        }
    }

    /**
     * The data of one group's members.
     *
     * @param id as it stands in the URL, percent-encoded where it must be
     */
    record Group(String id) implements ExportLevel {
        @Override
        public String path() {
            return "/Group/" + id;
        }
    }

    /** What stands between the FHIR base and {@code /$export}. */
    String path();
}
