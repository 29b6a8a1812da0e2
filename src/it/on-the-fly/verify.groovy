import groovy.json.JsonSlurper

def rows = { path -> new File(basedir, path).readLines().collect { new JsonSlurper().parseText(it) } }
assert rows('cumulus/output/patient/patient.000.ndjson').size() == 24
assert rows('cumulus/output/etl__completion/etl__completion.000.ndjson')*.table_name == ['patient']
assert rows('cohort/patient/patient.000.ndjson').size() == 12
assert rows('cohort/etl__completion/etl__completion.000.ndjson')*.group_name == ['cohort']
def record = new File(basedir, 'cohort/JobConfig').listFiles()[0]
assert new JsonSlurper().parse(new File(record, 'job_config.json')).dir_input == 'sandbox:Group/cohort'

assert new File(basedir, 'kept').list().contains('Patient.000.ndjson.gz')
assert !new File(basedir, 'phi').list().any { it.startsWith('on-the-fly') } : 'an export that should be gone'
assert new File(basedir, 'cumulus').list() == ['output']
return true
