import groovy.json.JsonSlurper

def folder = new File(basedir, 'cumulus/export')
def sample = new JsonSlurper().parse(new File(basedir, '../../classes/io/github/cumulusmaven/sandbox/sample/sample.json'))
def exported = sample.resources.findAll { it.key != 'Binary' }
exported.each { type, count ->
    int lines = folder.listFiles().findAll { it.name ==~ "${type}\\.\\d+\\.ndjson" }.sum { it.readLines().size() }
    assert lines == count : "$type: $lines lines, the sample has $count"
}
assert folder.list().count { it.endsWith('.ndjson') && it != 'log.ndjson' } == exported.size()
assert new File(folder, 'log.ndjson').readLines().any { new JsonSlurper().parseText(it).eventId == 'export_complete' }
def state = new JsonSlurper().parse(new File(folder, 'export.json'))
assert state.state == 'done' && state.jobDeleted
assert new File(folder, '.gitignore').text == '*\n'
assert !folder.list().any { it.endsWith('.part') }

def tables = new File(basedir, 'cumulus/output')
['Patient', 'Encounter', 'Observation', 'MedicationRequest'].each { type ->
    def name = type.toLowerCase()
    int rows = new File(tables, name).listFiles().findAll { it.name ==~ "${name}\\.\\d+\\.ndjson" }.sum { it.readLines().size() }
    assert rows == sample.resources[type] : "$name: $rows rows, the sample has ${sample.resources[type]}"
}
def names = new File(folder, 'Patient.000.ndjson').readLines().collect { new JsonSlurper().parseText(it).name*.family }.flatten()
new File(tables, 'patient').eachFile { file -> names.each { assert !file.text.contains("\"$it\"") : 'a family name is in a table' } }
assert new File(tables, 'etl__completion').list().length > 0

def log = new File(basedir, 'build.log').text
assert !log.contains('\r') && !log.contains('\u001b[K') : 'a moving line in a log file'
return true
