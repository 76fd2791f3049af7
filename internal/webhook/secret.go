package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/wrapcast/wrapcast"
)

const (
	secretPrefix = "whsec_"
	// A key has 24 to 64 bytes by the specification; we make it 32.
	minKey, ownKey, maxKey = 24, 32, 64
)

// NewSecret draws a signing secret from random, which should be crypto/rand.Reader: "whsec_" and 32 bytes in base64.
func NewSecret(random io.Reader) (string, error) {
	key := make([]byte, ownKey)
	if _, err := io.ReadFull(random, key); err != nil {
		return "", wrapcast.Errorf(wrapcast.Internal, "webhook", "no random bytes for a secret: %w", err)
	}
	return secretPrefix + base64.StdEncoding.EncodeToString(key), nil
}

// signer signs and verifies by one or several secrets, the newest first.
type signer struct{ keys []*standardwebhooks.Webhook }

// newSigner reads secrets as the specification writes them. What is wrong with one is said without it: the library
// would take an empty secret, and anybody could sign with that.
func newSigner(secrets []string) (signer, error) {
	var s signer
	for i, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSpace(secret), secretPrefix))
		if err != nil || len(key) < minKey || len(key) > maxKey {
			return signer{}, wrapcast.Errorf(wrapcast.Usage, "webhook",
				"webhook secret %d is not whsec_ followed by %d to %d bytes in base64", i+1, minKey, maxKey).
				WithHint("make one with: echo whsec_$(openssl rand -base64 32)")
		}
		hook, err := standardwebhooks.NewWebhookRaw(key)
		if err != nil {
			return signer{}, wrapcast.Errorf(wrapcast.Internal, "webhook", "webhook secret %d cannot be used", i+1)
		}
		s.keys = append(s.keys, hook)
	}
	return s, nil
}

// sign returns the signature header: one signature per secret, so that a receiver who knows the old or the new one is
// content while a secret is exchanged.
func (s signer) sign(id string, at time.Time, body []byte) (string, error) {
	signatures := make([]string, 0, len(s.keys))
	for _, key := range s.keys {
		signature, err := key.Sign(id, at, body)
		if err != nil {
			return "", wrapcast.Errorf(wrapcast.Internal, "webhook", "the message cannot be signed")
		}
		signatures = append(signatures, signature)
	}
	return strings.Join(signatures, " "), nil
}

// DerivedSecret signs webhooks where no secret is set, so that none goes out unsigned
// and nothing but the client need be set. docs/CONFIGURATION.md has the
// one-liner by which a receiver gets it.
func DerivedSecret(clientSecret string) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	mac.Write([]byte("wrapcast webhook v1"))
	return "whsec_" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
