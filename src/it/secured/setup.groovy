import io.github.cumulusmaven.sandbox.SandboxConfig
import io.github.cumulusmaven.sandbox.SandboxData
import io.github.cumulusmaven.sandbox.SandboxServer
import io.github.cumulusmaven.smart.JwksFile
import io.github.cumulusmaven.smart.KeyAlgorithm
import io.github.cumulusmaven.smart.SigningKey
import java.time.Clock

// settings.xml, made before this script runs, names these two files.
def keyFile = new File(basedir, '../secured.jwks')
def clientFile = new File(basedir, '../secured.client')
def key = SigningKey.generate(KeyAlgorithm.RS384, Optional.of('it-key'))
keyFile.delete()
JwksFile.write(keyFile.toPath(), key)

def server = SandboxServer.start(new SandboxConfig(0, SandboxData.sample(), true), Clock.systemUTC())
clientFile.text = server.register(key.publicJwks()) + '\n'
new File(basedir, 'test.properties').text = "cumulus.fhirUrl = ${server.fhirBase()}\ncumulus.exportDirectory = export\n"
context.put('server', server)
return true
