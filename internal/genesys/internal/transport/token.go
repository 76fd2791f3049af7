package transport

import (
	"context"
	"encoding/base64"
	"strings"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
)

// tokenSource keeps one access token by the OAuth client-credentials grant. It is our
// own and not x/oauth2's: that one reads the wall clock, and hides the status and
// Retry-After of a refusal.
type tokenSource struct {
	transport *Transport
	login     string
	id        string
	secret    string
	// gate lets one caller at a time fetch; a channel, so that waiting for it can be cancelled.
	gate chan struct{}

	mu      sync.Mutex
	token   string
	renewAt time.Time
}

const (
	// renewAhead is how long before its end a token is renewed, or a tenth of its life if that is less.
	renewAhead = time.Minute
	// assumedLife is used where the platform does not say; its default is 24 hours, and a 401 renews anyway.
	assumedLife = time.Hour
	// maxLife is what the platform allows at most; it keeps nonsense from overflowing.
	maxLife = 48 * time.Hour
)

func newTokenSource(t *Transport, login, id, secret string) *tokenSource {
	return &tokenSource{transport: t, login: login, id: id, secret: secret, gate: make(chan struct{}, 1)}
}

func (s *tokenSource) bearer(ctx context.Context) (string, error) {
	if token, ok := s.cached(); ok {
		return token, nil
	}
	select {
	case s.gate <- struct{}{}:
		defer func() { <-s.gate }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if token, ok := s.cached(); ok { // somebody fetched it while we waited
		return token, nil
	}
	return s.fetch(ctx)
}

func (s *tokenSource) cached() (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token, s.token != "" && s.transport.clock.Now().Before(s.renewAt)
}

// renew drops the token that was refused, unless it has been replaced meanwhile.
func (s *tokenSource) renew(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == token {
		s.token = ""
	}
	return true
}

type tokenAnswer struct {
	AccessToken string  `json:"access_token"`
	ExpiresIn   float64 `json:"expires_in"`
}

func (s *tokenSource) fetch(ctx context.Context) (string, error) {
	asked := s.transport.clock.Now()
	var t tokenAnswer
	_, err := s.transport.Do(ctx, Call{
		Name: TokenCall,
		Base: s.login,
		Header: map[string]string{
			"Authorization": "Basic " + s.basic(),
			"Content-Type":  "application/x-www-form-urlencoded",
		},
		Body:      []byte("grant_type=client_credentials"),
		Into:      &t,
		Anonymous: true,
	})
	if err != nil {
		return "", err
	}
	if t.AccessToken == "" {
		return "", wrapcast.Errorf(wrapcast.Unavailable, "genesys.token", "%s answered without an access token",
			s.login).
			WithHint("check the region or GENESYS_BASE_URL")
	}
	s.keep(t, asked)
	return t.AccessToken, nil
}

func (s *tokenSource) keep(t tokenAnswer, asked time.Time) {
	life := assumedLife
	if t.ExpiresIn > 0 {
		life = time.Duration(min(t.ExpiresIn, maxLife.Seconds()) * float64(time.Second))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = t.AccessToken
	s.renewAt = asked.Add(life - min(renewAhead, life/10))
}

func (s *tokenSource) basic() string {
	return base64.StdEncoding.EncodeToString([]byte(s.id + ":" + s.secret))
}

func (s *tokenSource) hide(text string) string {
	s.mu.Lock()
	token := s.token
	s.mu.Unlock()
	return withoutSecrets(text, s.secret, token, s.basic())
}

// staticToken is a bearer token that somebody else cares for.
type staticToken string

func (s staticToken) bearer(context.Context) (string, error) { return string(s), nil }
func (s staticToken) renew(string) bool                      { return false }
func (s staticToken) hide(text string) string                { return withoutSecrets(text, string(s)) }

func withoutSecrets(text string, secrets ...string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "[secret]")
		}
	}
	return text
}
