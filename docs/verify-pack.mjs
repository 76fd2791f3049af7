// Checks an evidence pack of wrapcast without wrapcast: node verify-pack.mjs FILE [PUBLIC-KEY-FILE]
// Nothing but Node is needed. docs/FORMATS.md describes the bytes. Exit code 0: it holds; 3: it does not; 2: usage.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const sha256 = (...parts) => {
  const h = createHash('sha256')
  for (const p of parts) h.update(p)
  return h.digest('hex')
}

class Broken extends Error {}
const must = (holds, why) => {
  if (!holds) throw new Broken(why)
}

// A public key is NAME+HASH+BASE64 of a byte 1 and the 32 bytes of an Ed25519 key.
function parseKey(text) {
  const [name, hash, ...rest] = text.trim().split('+')
  const raw = Buffer.from(rest.join('+'), 'base64')
  must(raw.length === 33 && raw[0] === 1, 'the key is no Ed25519 key')
  const id = sha256(name + '\n', raw).slice(0, 8)
  must(hash === id, 'the key is not what its hash says')
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw.subarray(1)])
  return { name, id, fingerprint: 'SHA256:' + sha256(raw.subarray(1)),
    key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) }
}

// A note is a text, an empty line, and lines "— NAME BASE64": four bytes of the key's hash, 64 of the signature.
// Returns the text if the key signed it and nothing is written in another way than it has to be.
function openNote(bytes, key, alone) {
  const note = bytes.toString('utf8')
  must(Buffer.from(note, 'utf8').equals(bytes), 'a note is not UTF-8')
  const at = note.lastIndexOf('\n\n')
  must(at >= 0 && note.endsWith('\n'), 'a note has no signature')
  const text = note.slice(0, at + 1)
  const lines = note.slice(at + 2, -1).split('\n')
  must(!alone || lines.length === 1, 'there is more than one signature')
  const signed = lines.some((line) => {
    const [dash, name, base64, ...more] = line.split(' ')
    const raw = Buffer.from(base64 ?? '', 'base64')
    return dash === '\u2014' && name === key.name && more.length === 0 && raw.toString('base64') === base64 &&
      raw.length === 68 && raw.subarray(0, 4).toString('hex') === key.id &&
      verify(null, Buffer.from(text, 'utf8'), key.key, raw.subarray(4))
  })
  must(signed, 'a signature does not hold')
  return text
}

// The canonical form of RFC 8785, of what entries hold: strings, finite numbers, null, objects.
function canonical(v) {
  if (v === null || typeof v !== 'object') return JSON.stringify(v)
  if (Array.isArray(v)) return '[' + v.map(canonical).join(',') + ']'
  return '{' + Object.keys(v).sort().map((k) => JSON.stringify(k) + ':' + canonical(v[k])).join(',') + '}'
}

function checkChain(pack, key) {
  const last = new Map()
  const histories = new Set()
  let before
  for (const e of pack.chain) {
    const { hash, ...rest } = e
    must(sha256('wrapcast.audit/1\n', canonical(rest)) === hash, `entry ${e.seq} was changed`)
    must(!before || (e.seq === before.seq + 1 && e.previous === before.hash), `entry ${e.seq} does not follow`)
    must(e.organisation === pack.organisation, `entry ${e.seq} is of another organisation`)
    before = e
    for (const [name, digest] of Object.entries(e.digests ?? {})) {
      const kind = name === 'restores' ? 'plan' : name.replace(/_\d+$/, '')
      let id = e.objects?.[name]
      if (kind === 'settings') id = e.run
      if (kind === 'input') id = e.objects?.forecast
      if (kind === 'validation') id = [e.run, e.objects?.business_unit].filter(Boolean).join('/')
      if (kind === 'history') histories.add(digest)
      else last.set(kind + ' ' + id, digest)
    }
  }
  const text = openNote(Buffer.from(pack.checkpoint, 'utf8'), key, false)
  must(text === `wrapcast.audit.checkpoint/1\n${pack.organisation}\n${before?.seq}\n${before?.hash}\n`,
    'the checkpoint is not of the last entry')
  return { last, histories }
}

function checkPack(file, trusted) {
  const end = file.indexOf(0x0a) + 1
  must(end > 0, 'it is no evidence pack')
  const line = file.subarray(0, end)
  let pack
  try {
    pack = JSON.parse(line.toString('utf8'))
  } catch {
    throw new Broken('its first line is not JSON')
  }
  must(pack?.schema === 'wrapcast.pack/1', 'it is no evidence pack')
  const key = parseKey(String(pack.key))
  must(!trusted || trusted.trim() === pack.key, 'it is signed by another key than the one you trust')
  must(openNote(file.subarray(end), key, true) === `wrapcast.pack/1\n${sha256(line)}\n`, 'it was changed after it was signed')
  const { last, histories } = checkChain(pack, key)
  for (const t of pack.things) {
    const name = t.kind + ' ' + (t.id ?? '')
    must(sha256(`wrapcast.digest/1\n${t.kind}\n`, t.body) === t.digest, name + ' is not what its digest says')
    const said = t.kind === 'history' ? (histories.has(t.digest) ? t.digest : undefined) : last.get(name)
    must(said === undefined || said === t.digest, name + ' is not as the chain has it')
    if (said === undefined) console.log(`Note: ${name} is without a digest in the chain.`)
  }
  must(pack.things.some((t) => t.kind === pack.about.kind && t.id === pack.about.id), 'what it is about is not in it')
  return { pack, key }
}

const [file, trusted] = process.argv.slice(2)
if (!file) {
  console.error('node verify-pack.mjs FILE [PUBLIC-KEY-FILE]')
  process.exit(2)
}
try {
  const { pack, key } = checkPack(readFileSync(file), trusted && readFileSync(trusted, 'utf8'))
  console.log(`The evidence of ${pack.about.kind} ${pack.about.id} holds: ${pack.things.length} things, ${pack.chain.length} entries.`)
  console.log(`Key ${key.fingerprint}${trusted ? '.' : ', not compared with a key you trust.'}`)
} catch (e) {
  console.error(`The evidence pack does not hold: ${e.message}`)
  process.exit(3)
}
