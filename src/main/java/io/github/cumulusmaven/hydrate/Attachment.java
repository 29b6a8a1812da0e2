package io.github.cumulusmaven.hydrate;

/**
 * An attachment's place and properties in the JSON of a resource.
 *
 * @param from index at which the attachment's object begins
 * @param to index at which the object ends
 * @param url the URL of the data, as the resource has it; empty for none
 * @param contentType as the resource has it; empty for none
 * @param size in bytes, as the resource says; -1 where it does not
 * @param inline whether the object holds the data itself
 */
record Attachment(int from, int to, String url, String contentType, long size, boolean inline) {
    /**
     * Tells whether the attachment's data have to be fetched. A contained resource comes with the one that refers to
     * it.
     */
    boolean isExternal() {
        return !url.isEmpty() && !url.startsWith("#") && !inline;
    }
}
