import groovy.json.JsonSlurper

context.get('server').close()
def log = new File(basedir, 'build.log').text
def key = new JsonSlurper().parse(new File(basedir, '../secured.jwks')).keys[0]
['d', 'p', 'q', 'dp', 'dq', 'qi'].each { part ->
    assert key[part] && !log.contains(key[part]) : "the private key's $part is shown"
}
assert !(log =~ /eyJ[\w-]+\.[\w-]+/).find() : 'a JWT is shown'
assert !log.toLowerCase().contains('bearer') : 'an access token is shown'
def folder = new File(basedir, 'export')
assert new File(folder, 'Patient.000.ndjson').readLines().size() == 24
folder.eachFileRecurse { file ->
    def text = file.text
    assert !(text =~ /eyJ[\w-]+\.[\w-]+\.[\w-]+/).find() && !text.contains(key.d) : "a secret is in $file"
}
return true
