import io.github.cumulusmaven.sandbox.SandboxConfig
import io.github.cumulusmaven.sandbox.SandboxData
import io.github.cumulusmaven.sandbox.SandboxServer
import java.time.Clock

def server = SandboxServer.start(new SandboxConfig(0, SandboxData.sample(), false), Clock.systemUTC())
new File(basedir, 'test.properties').text = """\
cumulus.fhirUrl = ${server.fhirBase()}/Patient/\$export?_type=Patient,Condition
cumulus.since = 2022-01-01
"""
context.put('server', server)
return true
