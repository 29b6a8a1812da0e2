import groovy.json.JsonSlurper

def types = { folder -> new File(basedir, folder).list().findAll { it ==~ /[A-Z]\w+\.\d+\.ndjson/ }.sort() }
assert types('called') == ['Patient.000.ndjson']
assert types('bound') == ['Encounter.000.ndjson']
def state = new JsonSlurper().parse(new File(basedir, 'bound/export.json'))
assert state.outcome == 'done' && state.job.request.client.sandbox == 'sandbox:Group/cohort'

def log = new File(basedir, 'build.log').text
assert log.count('[WARNING] <types> in the pom counts for the export goal, which is bound to a phase, and -Dcumulus.types does not.') == 1
assert log =~ /\[INFO] Up to date: exported into .*bound by 20.*Z, 1 file, /
assert log.contains('[INFO] Skipped: cumulus.skip is set.')
assert log.contains('<phiDirectory> is missing, and the etl goal needs it (in the pom, or -Dcumulus.phiDirectory=')
assert log.contains('-Dcumulus.directory is no parameter of this plugin. The jwks goal has algorithm, keyId, skip, smartJwks.')
assert log.contains("<fhirUrl> 'https://ehr.example/fhir' cannot be asked: Maven is offline")
assert !new File(basedir, 'keys').exists() && !new File(basedir, 'never').exists()
return true
