def log = new File(basedir, 'build.log').text
assert log.contains("<types> 'Patiant' names no FHIR resource type; did you mean Patient?")
assert !log.contains('at io.github.cumulusmaven') : 'a stack trace without -e'
assert !new File(basedir, 'cumulus').exists()
return true
