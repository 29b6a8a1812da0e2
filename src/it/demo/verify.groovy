import groovy.json.JsonSlurper

def folder = new File(basedir, 'cumulus/export')
def sample = new JsonSlurper().parse(new File(basedir, '../../classes/io/github/cumulusmaven/sandbox/sample/sample.json'))
def rows = { files -> files.collectMany { it.readLines() }.collect { new JsonSlurper().parseText(it) } }
def exported = { type -> rows(folder.listFiles().findAll { it.name ==~ "${type}\\.\\d+\\.ndjson" }) }
def noted = { type -> rows(folder.listFiles().findAll { it.name ==~ "${type}\\.\\d+\\.notes\\.\\d+\\.ndjson" }) }
def leftOut = ['Binary', 'Group']
def asked = sample.resources.findAll { !(it.key in leftOut) }
asked.each { type, count ->
    int lines = exported(type).size()
    assert lines == count : "$type: $lines lines, the sample has $count"
}
assert folder.list().count { it.endsWith('.ndjson') && it != 'log.ndjson' } == asked.size() + 2
assert new File(folder, 'log.ndjson').readLines().any { new JsonSlurper().parseText(it).eventId == 'export_complete' }
def state = new JsonSlurper().parse(new File(folder, 'export.json'))
assert state.state == 'done' && state.jobDeleted
assert new File(folder, '.gitignore').text == '*\n'
assert !folder.list().any { it.endsWith('.part') }

// What the export left out is there: the Medications that are referred to, and the notes behind URLs.
def medications = ['MedicationRequest', 'MedicationDispense'].collectMany { exported(it) }
        .collect { it.medicationReference?.reference }.findAll().collect { it - 'Medication/' } as Set
assert !medications.isEmpty()
assert exported('Medication')*.id as Set == medications
def attachments = [
    DocumentReference: { it.content*.attachment },
    DiagnosticReport: { it.presentedForm ?: [] }]
int notes = 0
attachments.each { type, of ->
    def external = exported(type).findAll { of(it).any { it.url && !it.data } }
    assert !external.isEmpty()
    assert noted(type)*.id as Set == external*.id as Set
    noted(type).collectMany(of).findAll { it.url }.each {
        byte[] note = it.data.decodeBase64()
        assert note.length == it.size && it.hash == note.digest('SHA-1').decodeHex().encodeBase64().toString()
    }
    notes += noted(type).collectMany(of).count { it.url }
}
assert folder.list().any { it == 'DocumentReference.000.notes.000.ndjson' }
assert new File(folder, 'log.ndjson').readLines().any { new JsonSlurper().parseText(it).eventId == 'hydrate_complete' }

def tables = new File(basedir, 'cumulus/output')
['Patient', 'Encounter', 'Observation', 'MedicationRequest', 'DocumentReference', 'DiagnosticReport', 'Medication'].each { type ->
    def name = type.toLowerCase()
    int written = new File(tables, name).listFiles().findAll { it.name ==~ "${name}\\.\\d+\\.ndjson" }.sum { it.readLines().size() }
    assert written == sample.resources[type] : "$name: $written rows, the sample has ${sample.resources[type]}"
}
def query = { String sql ->
    new org.duckdb.DuckDBDriver().connect('jdbc:duckdb:', new Properties()).withCloseable { connection ->
        connection.createStatement().executeQuery(sql).with { next(); getLong(1) }
    }
}
def table = { name -> "read_json_auto('$tables/$name/$name.*.ndjson', union_by_name = true)" }
def references = ['medicationrequest', 'medicationdispense']
        .collect { "SELECT medicationReference.reference AS reference FROM ${table(it)}" }.join(' UNION ALL ')
def known = "SELECT 'Medication/' || id AS reference FROM ${table('medication')}"
assert query("SELECT count(DISTINCT reference) FROM ($references) JOIN ($known) USING (reference)") == medications.size()
assert query("SELECT count(*) FROM ($references) ANTI JOIN ($known) USING (reference) WHERE reference IS NOT NULL") == 0

def names = new File(folder, 'Patient.000.ndjson').readLines().collect { new JsonSlurper().parseText(it).name*.family }.flatten()
new File(tables, 'patient').eachFile { file -> names.each { assert !file.text.contains("\"$it\"") : 'a family name is in a table' } }
assert new File(tables, 'etl__completion').list().length > 0

def log = new File(basedir, 'build.log').text
assert !log.contains('\r') && !log.contains('\u001b[K') : 'a moving line in a log file'
assert log.contains("Medications: ${medications.size()} referred to, 0 here already, ${medications.size()} fetched into Medication.000.ndjson")
assert log =~ "Notes: $notes referred to, \\d+ here already, \\d+ fetched into DocumentReference.000.notes.000.ndjson, DiagnosticReport.000.notes.000.ndjson"
return true
