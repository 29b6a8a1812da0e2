package io.github.cumulusmaven.hydrate;

/**
 * An attachment in the JSON of a resource.
 *
 * @param from where its object begins
 * @param to where it ends
 * @param url of its data, as the resource has it; empty for none
 * @param contentType as the resource has it; empty for none
 * @param size that the resource tells, in bytes, or -1
 * @param inline whether the data are in it
 */
record Attachment(int from, int to, String url, String contentType, long size, boolean inline) {
    /** Whether there is something to fetch for it. A contained resource comes with the one that refers to it. */
    boolean isExternal() {
        return !url.isEmpty() && !url.startsWith("#") && !inline;
    }
}
