// Package audit makes the trail of what wrapcast did provable: a chain of hashes
// over its entries, which shows any change, removal or reordering, and signed
// checkpoints kept elsewhere, which show that its end was cut off.
//
// # The hash of an entry
//
// The hash is the SHA-256, in lower-case hexadecimal, of these UTF-8 bytes:
//
//	wrapcast.audit/1 LF canonical-JSON
//
// The first line names the version. canonical-JSON is the entry without its member
// "hash" in the canonical form of RFC 8785: members sorted by name, no white space,
// strings with the fewest escapes, numbers in their shortest form as in ECMAScript.
// The entry includes "previous", the hash of the entry before it; that of the first
// is 64 zeros. Its members:
//
//	accuracy      object, left out where no forecast is concerned: bias, cells, coverage, level,
//	              mase, origins, wape; a measure that does not exist is null
//	action        string
//	actor         string
//	at            string: RFC 3339 in UTC, at most three decimals, trailing zeros cut
//	detail        string, left out when empty
//	digests       object of strings, left out when empty, as in all entries of before there were any
//	hash          string, never part of what is hashed
//	latency_ms    integer
//	objects       object of strings, left out when empty
//	organisation  string
//	previous      string
//	run           string, left out when empty
//	seq           integer, counting from 1 within the organisation without a gap
//	status        string
//	status_code   integer, left out when 0
//	webhook       string, left out when empty
//
// Strings are well-formed UTF-8 without NUL: [Seal] puts U+FFFD in the place of what is not.
//
// # The file of an export
//
// A first line {"schema":"wrapcast.audit/1"}, then one entry a line in the same
// canonical form, "hash" included, every line ended by LF. So a line without its hash
// member is exactly what was hashed, and no software of ours is needed to check it:
//
//	{ echo 'wrapcast.audit/1'; sed -n 2p audit.jsonl | sed 's/"hash":"[0-9a-f]*",//' | tr -d '\n'; } | sha256sum
//
// # Checkpoints
//
// A checkpoint says how far a chain had come: four lines, each ended by LF.
//
//	wrapcast.audit.checkpoint/1
//	the organisation's id
//	the last entry's seq, in decimal
//	the last entry's hash
//
// Signed, it is a note as in golang.org/x/mod/sumdb/note: these lines, an empty one, and one line per Ed25519
// signature. [Said] holds a chain against its signed checkpoints, and against what is stored of the things it speaks
// of; docs/FORMATS.md has the bytes of their digests.
package audit
