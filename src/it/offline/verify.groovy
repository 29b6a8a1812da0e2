def log = new File(basedir, 'build.log').text
assert log.contains('requires online mode')
assert !new File(basedir, 'cumulus').exists()
return true
