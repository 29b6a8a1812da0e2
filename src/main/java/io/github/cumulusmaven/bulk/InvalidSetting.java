package io.github.cumulusmaven.bulk;

/** A value of the configuration that cannot be used; nothing was done yet. */
public final class InvalidSetting extends Exception {
    private static final long serialVersionUID = 1L;

    private final String setting;
    private final String value;
    private final String allowed;

    /**
     * All that a user needs to mend it.
     *
     * @param setting the parameter's name, for example {@code since}
     * @param value what was given
     * @param allowed what would be right, as a clause: "must be …"
     */
    public InvalidSetting(String setting, String value, String allowed) {
        super(setting + " '" + value + "' " + allowed);
        this.setting = setting;
        this.value = value;
        this.allowed = allowed;
    }

    public String setting() {
        return setting;
    }

    public String value() {
        return value;
    }

    public String allowed() {
        return allowed;
    }
}
