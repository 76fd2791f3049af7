package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"golang.org/x/mod/sumdb/note"
)

// PackSchema names the JSON of a Pack, and is the first line of its signature.
const PackSchema = "wrapcast.pack/1"

// Pack is everything that is known of how a forecast or a plan came about, in one signed file that is checked without
// anything else: see [WritePack].
type Pack struct {
	Schema string    `json:"schema"`
	MadeAt time.Time `json:"made_at"`
	// Version of wrapcast wrote the pack; Engine is the one that made the forecast, "" where that was not kept.
	Version string `json:"version"`
	Engine  string `json:"engine"`
	// About is what the pack is of: a plan or a forecast.
	About        Subject                 `json:"about"`
	Organisation wrapcast.OrganisationID `json:"organisation"`
	// Key is the public key that signs the pack and its checkpoint.
	Key          string `json:"key"`
	CountingRule string `json:"counting_rule"`
	// Things are what it is made of, each as the bytes its digest is of.
	Things []PackedThing `json:"things"`
	// Overrides are those applied, with what became of them.
	Overrides json.RawMessage `json:"overrides,omitempty"`
	// Ledger says of the decisions in a forecast, on the days that are over and on which it held, whether they were worth
	// it; left out where no day is over.
	Ledger json.RawMessage `json:"ledger,omitempty"`
	// Chain are the entries from the first that speaks of one of the things to the last of the chain, in their canonical
	// form, Checkpoint is the signed checkpoint of the last.
	Chain      []json.RawMessage `json:"chain"`
	Checkpoint string            `json:"checkpoint"`
}

// PackedThing is a thing in a pack.
type PackedThing struct {
	Subject
	// Digest is that of kind and Body; an entry of the chain has it, unless the thing is of before there were digests.
	Digest string `json:"digest"`
	Body   string `json:"body"`
}

// Entry adds an entry to the chain of the pack.
func (p *Pack) Entry(e wrapcast.AuditEntry) { p.Chain = append(p.Chain, canonical(e, true)) }

// WritePack returns the file of a pack: a line of JSON, then its signature, a note as in golang.org/x/mod/sumdb/note
// whose text is two lines: the schema, and the SHA-256 of the line of JSON with its LF, in hexadecimal.
func WritePack(p Pack, key Key) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b) // it ends the line
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "audit.WritePack", "the pack could not be written: %w", err)
	}
	signed, err := note.Sign(&note.Note{Text: packText(b.Bytes())}, key)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "audit.WritePack", "the pack could not be signed: %w", err)
	}
	return append(b.Bytes(), signed...), nil
}

func packText(line []byte) string { return PackSchema + "\n" + Sum(line) + "\n" }

// IsPack reports whether a file begins as packs do.
func IsPack(b []byte) bool { return bytes.HasPrefix(b, []byte(`{"schema":"`+PackSchema+`"`)) }

// PackCheck is what was found in a pack.
type PackCheck struct {
	Pack Pack
	// Fingerprint names the key that signed it.
	Fingerprint string
	// Bound is how many things have the digest that the chain has of them, Unbound are those that only entries of before
	// there were digests speak of.
	Bound   int
	Unbound []Subject
}

// OpenPack reads a pack and checks all of it: that its own key signed every byte, that its entries follow one another
// up to the signed checkpoint, and that its things are what they say. A key that is trusted has to be the pack's own;
// "" where there is none. What does not hold is InvalidData.
func OpenPack(file []byte, trusted string) (c PackCheck, err error) {
	if err := c.signature(file); err != nil {
		return c, badPack("%w", err)
	}
	if trusted != "" && trusted != c.Pack.Key {
		return c, badPack("it is signed by the key %s, not by the one you trust, %s", c.Fingerprint, Fingerprint(trusted))
	}
	said := NewSaid()
	if err := c.chain(said); err != nil {
		return c, badPack("%w", err)
	}
	if err := c.things(said); err != nil {
		return c, badPack("%w", err)
	}
	return c, nil
}

func badPack(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.InvalidData, "audit.OpenPack", "the evidence pack does not hold: "+format, args...).
		WithHint("ask for it again, from whoever made it")
}

// signature reads the pack and checks that its key signed all of the file, which must be written in the one way there
// is: bytes that mean the same are not the same.
func (c *PackCheck) signature(file []byte) error {
	end := bytes.IndexByte(file, '\n') + 1
	if !IsPack(file) || end == 0 {
		return fmt.Errorf("it does not begin as packs do, with a line of JSON of the schema %s", PackSchema)
	}
	line, signature := file[:end], file[end:]
	if err := json.Unmarshal(line, &c.Pack); err != nil {
		return fmt.Errorf("its first line is not JSON: %w", err)
	}
	c.Fingerprint = Fingerprint(c.Pack.Key)
	verifier, err := note.NewVerifier(c.Pack.Key)
	if err != nil {
		return fmt.Errorf("it names no key: %w", err)
	}
	opened, err := note.Open(signature, note.VerifierList(verifier))
	if err != nil {
		return fmt.Errorf("its signature does not hold: %w", err)
	}
	if opened.Text != packText(line) {
		return fmt.Errorf("it was changed after it was signed")
	}
	if len(opened.Sigs) != 1 || len(opened.UnverifiedSigs) > 0 || !bytes.Equal(signature, written(opened)) {
		return fmt.Errorf("its signature is not written as wrapcast writes it")
	}
	return nil
}

// written is a note with one signature as it is written.
func written(n *note.Note) []byte {
	s := n.Sigs[0]
	raw, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil {
		return nil
	}
	return []byte(n.Text + "\n— " + s.Name + " " + base64.StdEncoding.EncodeToString(raw) + "\n")
}

// chain checks that the entries follow one another, and that the checkpoint is of the last and signed by the pack's
// key.
func (c *PackCheck) chain(said *Said) error {
	var end Checkpoint
	for i, line := range c.Pack.Chain {
		e, err := readLine(line, i+1)
		if err != nil {
			return err
		}
		if i == 0 { // what came before is not in the pack
			end = Checkpoint{Organisation: e.Organisation, Seq: e.Seq - 1, Hash: e.Previous}
		}
		if err := end.precedes(e); err != nil {
			return err
		}
		end = Checkpoint{Organisation: e.Organisation, Seq: e.Seq, Hash: e.Hash}
		said.take(e)
	}
	seen, err := ParseSeen("the checkpoint", c.Pack.Checkpoint)
	if err == nil {
		err = verifyNote(seen.Note, c.Pack.Key)
	}
	if err == nil && seen.Checkpoint != end {
		err = fmt.Errorf("it is not of the last entry, %d", end.Seq)
	}
	if err == nil && end.Organisation != c.Pack.Organisation {
		err = fmt.Errorf("it is of the organisation %q, the pack of %q", end.Organisation, c.Pack.Organisation)
	}
	if err != nil {
		return fmt.Errorf("its checkpoint does not hold: %w", err)
	}
	return nil
}

// things checks that everything in the pack has the digest it names, and that the chain has the same.
func (c *PackCheck) things(said *Said) error {
	about := false
	for _, t := range c.Pack.Things {
		about = about || t.Subject == c.Pack.About
		if Digest(t.Kind, []byte(t.Body)) != t.Digest {
			return fmt.Errorf("%s is not what its digest says", t.Subject)
		}
		switch digest, seq := said.Last(t.Subject); {
		case t.Kind == KindHistory && said.history[t.Digest]:
			c.Bound++
		case digest == "":
			c.Unbound = append(c.Unbound, t.Subject)
		case digest != t.Digest:
			return fmt.Errorf("%s is not as entry %d has it", t.Subject, seq)
		default:
			c.Bound++
		}
	}
	if !about {
		return fmt.Errorf("%s, which it is about, is not in it", c.Pack.About)
	}
	return nil
}
