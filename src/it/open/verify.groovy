import groovy.json.JsonSlurper

context.get('server').close()
def folder = new File(basedir, 'cumulus/export')
def lines = { name -> new File(folder, name).readLines().collect { new JsonSlurper().parseText(it) } }
def conditions = lines('Condition.000.ndjson')
assert conditions && conditions.every { it.meta.lastUpdated > '2022-01-01' }
assert lines('deleted/Bundle.000.ndjson').every { it.type == 'transaction' }
def kickOff = lines('log.ndjson').find { it.eventId == 'kickoff' }.eventDetail
assert kickOff.exportUrl.endsWith('/Patient/$export?_type=Patient,Condition&_since=2022-01-01T00%3A00%3A00Z')
assert new File(basedir, 'build.log').text.contains('deleted/Bundle')
return true
