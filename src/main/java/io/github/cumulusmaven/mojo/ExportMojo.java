package io.github.cumulusmaven.mojo;

import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugins.annotations.Mojo;

/** Export. */
@Mojo(name = "export", threadSafe = true, requiresProject = false, requiresOnline = true)
public class ExportMojo extends AbstractMojo {
    @Override
    public void execute() {
        getLog().info("hi");
    }
}
