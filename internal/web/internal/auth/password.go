package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/wrapcast/wrapcast"
)

// Cost is the work to check one password with argon2id.
type Cost struct {
	// MemoryKiB, Passes and Lanes are argon2id's m, t and p.
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// Recommended is the second choice of RFC 9106, section 4, for machines without gigabytes to spare.
func Recommended() Cost { return Cost{MemoryKiB: 64 << 10, Passes: 3, Lanes: 4} }

// Passwords hashes and checks passwords with argon2id, at most a few at a time, because each takes memory.
type Passwords struct {
	cost Cost
	// slots are for whoever comes, reserved for those who are known already: a flood of others does not keep them out.
	slots, reserved chan struct{}
	waiting         atomic.Int64
	// decoy is checked where there is no account, so that the answer takes as long. It is made at the first look at a
	// password.
	once  sync.Once
	decoy string
}

const (
	saltBytes, keyBytes = 16, 32
	// atOnce and reservedAtOnce bound the memory a flood of logins can take, maxWaiting how many wait for their turn.
	atOnce, reservedAtOnce = 2, 1
	maxWaiting             = 50
	// A password is bounded in characters below and in bytes above.
	minPassword, maxPassword = 12, 1024
)

// NewPasswords makes a Passwords.
func NewPasswords(cost Cost) *Passwords {
	return &Passwords{cost: cost, slots: make(chan struct{}, atOnce), reserved: make(chan struct{}, reservedAtOnce)}
}

// Check refuses passwords that are too short to be safe, or too long to be meant.
func Check(password string) error {
	if n := utf8.RuneCountInString(password); n < minPassword || len(password) > maxPassword {
		return wrapcast.Errorf(wrapcast.Usage, "",
			"a password has at least %d characters and at most %d bytes; this one has %d", minPassword, maxPassword, n).
			WithHint("a few words are easier to remember than a few signs")
	}
	return nil
}

// Hash returns the password's hash in PHC form: "$argon2id$v=19$m=…,t=…,p=…$salt$key".
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key, err := p.derive(ctx, p.reserved, password, salt, p.cost, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.cost.MemoryKiB, p.cost.Passes,
		p.cost.Lanes, encode(salt), encode(key)), err
}

// Matches reports whether a password is the hashed one. Where hash is "" it is not, and finding that out takes as long.
// It returns Unavailable where too many wait already.
func (p *Passwords) Matches(ctx context.Context, password, hash string) (bool, error) {
	if p.waiting.Add(1) > maxWaiting {
		p.waiting.Add(-1)
		return false, wrapcast.Errorf(wrapcast.Unavailable, "", "too many logins at once").
			WithHint("try again in a few seconds")
	}
	defer p.waiting.Add(-1)
	return p.matches(ctx, p.slots, password, hash)
}

// MatchesFirst is Matches for somebody who is known already: they do not wait behind others.
func (p *Passwords) MatchesFirst(ctx context.Context, password, hash string) (bool, error) {
	return p.matches(ctx, p.reserved, password, hash)
}

func (p *Passwords) matches(ctx context.Context, slots chan struct{}, password, hash string) (bool, error) {
	p.once.Do(func() {
		p.decoy, _ = p.Hash(context.WithoutCancel(ctx),
			"a password nobody has")
	}) // without one the hash is damaged, which is told
	known := hash != ""
	if !known {
		hash = p.decoy
	}
	salt, want, cost, err := parse(hash)
	if err != nil {
		return false, err
	}
	got, err := p.derive(ctx, slots, password, salt, cost, uint32(len(want)))
	return known && subtle.ConstantTimeCompare(got, want) == 1, err
}

func (p *Passwords) derive(
	ctx context.Context, slots chan struct{}, password string, salt []byte, c Cost, n uint32,
) ([]byte, error) {
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-slots }()
	return argon2.IDKey([]byte(password), salt, c.Passes, c.MemoryKiB, c.Lanes, n), nil
}

func encode(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }

func parse(hash string) (salt, key []byte, c Cost, err error) {
	parts := strings.Split(hash, "$")
	bad := wrapcast.Errorf(wrapcast.Internal, "", "a stored password hash is damaged")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return nil, nil, c, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &c.Lanes); err != nil ||
		c.Passes == 0 || c.Lanes == 0 {
		return nil, nil, c, bad
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(key) == 0 {
		return nil, nil, c, bad
	}
	return salt, key, c, nil
}
