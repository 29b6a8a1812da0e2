package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.InvalidSetting.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which tables are built.
 *
 * @param tasks in the order of the tables
 * @param named whether the user named them: then each must have input
 * @param excluded resource types that are absent on purpose, as the user wrote them
 * @param allowMissing whether a table is made also where there is no input for it
 * @param vouched tables that the user calls complete, though the export was limited
 */
public record Selection(
        List<EtlTask> tasks, boolean named, List<String> excluded, boolean allowMissing, Set<EtlTask> vouched) {
    private static final String COMPLETE = "completeResources";

    public Selection {
        tasks = List.copyOf(tasks);
        excluded = List.copyOf(excluded);
        vouched = Set.copyOf(vouched);
    }

    /**
     * Reads what a user named; nothing stands for all tables.
     *
     * @throws InvalidSetting for a name that is none
     */
    public static Selection of(List<String> tasks, List<String> excluded, boolean allowMissing) throws InvalidSetting {
        Set<EtlTask> selected = tasks.isEmpty() ? EnumSet.allOf(EtlTask.class) : parse("tasks", tasks);
        selected.removeAll(parse("excludeResources", excluded));
        if (selected.isEmpty()) {
            throw new InvalidSetting("excludeResources", String.join(",", excluded), Kind.NOTHING_LEFT);
        }
        return new Selection(
                new ArrayList<>(selected),
                !tasks.isEmpty(),
                excluded.stream().map(String::trim).toList(),
                allowMissing,
                Set.of());
    }

    /**
     * Adds the types that the user vouches for.
     *
     * @throws InvalidSetting for a name that is none, or of a table that is not built
     */
    public Selection vouchingFor(List<String> types) throws InvalidSetting {
        Set<EtlTask> vouchedFor = parse(COMPLETE, types);
        for (EtlTask task : vouchedFor) {
            if (!tasks.contains(task)) {
                throw new InvalidSetting(COMPLETE, task.type(), Kind.NOT_BUILT);
            }
        }
        return new Selection(tasks, named, excluded, allowMissing, vouchedFor);
    }

    private static Set<EtlTask> parse(String setting, List<String> names) throws InvalidSetting {
        Set<EtlTask> tasks = EnumSet.noneOf(EtlTask.class);
        for (String name : names) {
            tasks.add(EtlTask.named(name)
                    .orElseThrow(() -> new InvalidSetting(setting, name, Kind.NOT_AMONG, EtlTask.tables())));
        }
        return tasks;
    }
}
