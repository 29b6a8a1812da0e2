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

def log = new File(basedir, 'build.log').text
assert !log.contains('\r') && !log.contains('\u001b[K') : 'a moving line in a log file'
return true
