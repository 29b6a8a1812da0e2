import java.util.zip.GZIPInputStream

def folder = new File(basedir, 'here')
assert folder.list().findAll { it.contains('ndjson') && it != 'log.ndjson' }.sort() ==
        ['Encounter.000.ndjson.gz', 'Patient.000.ndjson.gz']
def patients = new GZIPInputStream(new File(folder, 'Patient.000.ndjson.gz').newInputStream()).readLines()
assert patients.size() == 12
return true
