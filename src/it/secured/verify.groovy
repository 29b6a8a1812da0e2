import groovy.json.JsonSlurper

context.get('server').close()
def log = new File(basedir, 'build.log').text
def key = new JsonSlurper().parse(new File(basedir, '../secured.jwks')).keys[0]
['d', 'p', 'q', 'dp', 'dq', 'qi'].each { part ->
    assert key[part] && !log.contains(key[part]) : "the private key's $part is shown"
}
assert !(log =~ /eyJ[\w-]+\.[\w-]+/).find() : 'a JWT is shown'
assert !log.toLowerCase().contains('bearer') : 'an access token is shown'

// The server's access tokens are 32 random bytes in base64url.
def tokens = { text -> (text =~ /(?<![\w-])[\w-]{43}(?![\w-])/).findAll { it =~ /\d/ && it =~ /[A-Z]/ && it =~ /[a-z]/ } }
assert tokens(log).empty : 'what looks like an access token is shown'
def folder = new File(basedir, 'export')
assert new File(folder, 'Patient.000.ndjson').readLines().size() == 24
['log.ndjson', 'export.json'].each { assert tokens(new File(folder, it).text).empty : "what looks like an access token is in $it" }
folder.eachFileRecurse { file ->
    def text = file.text
    assert !(text =~ /eyJ[\w-]+\.[\w-]+\.[\w-]+/).find() && !text.contains(key.d) : "a secret is in $file"
}
return true
