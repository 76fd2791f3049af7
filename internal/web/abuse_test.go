package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// at is a site whose clock a test moves.
func at(t *testing.T, change ...func(*web.Config)) (s *site, now *atomic.Int64) {
	t.Helper()
	now = &atomic.Int64{}
	now.Store(time.Now().UnixNano())
	return newSite(t, append(change, func(c *web.Config) { c.Clock.Now = func() time.Time { return time.Unix(0, now.Load()) } })...), now
}

// user adds somebody who logs in with a password.
func (s *site) user(t *testing.T, name string, role wrapcast.Role) (id string) {
	t.Helper()
	status, body := s.do(t, http.MethodPost, "/users", map[string]any{"name": name, "role": role, "password": adamPassword})
	if status != http.StatusCreated {
		t.Fatalf("adding %s: %d %v", name, status, body)
	}
	return body["id"].(string)
}

// change gives a user another role, or turns them away.
func (s *site) change(t *testing.T, id string, role wrapcast.Role, disabled bool) {
	t.Helper()
	tag := s.ask(t, http.MethodGet, "/users/"+id, nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleAdmin]).Header.Get("ETag")
	if status, body := s.do(t, http.MethodPut, "/users/"+id, map[string]any{"role": role, "disabled": disabled}, "If-Match", tag); status != http.StatusOK {
		t.Fatalf("changing %s: %d %v", id, status, body)
	}
}

// kept is what is stored of requests that came with a key, of all identities a site's tokens and accounts have.
func kept(t *testing.T, s *site) (notes, size int64) {
	t.Helper()
	err := s.store.View(t.Context(), func(tx *store.Tx) error {
		tokens, err := tx.Access().Tokens()
		if err != nil {
			return err
		}
		who := []string{"", "local", "local viewer", "user " + string(adam)}
		for _, token := range tokens {
			who = append(who, "token "+string(token.ID))
		}
		for _, one := range who {
			n, bytes, err := tx.Requests().Kept(one)
			if err != nil {
				return err
			}
			notes, size = notes+n, size+bytes
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return notes, size
}

func chainLength(t *testing.T, s *site) (n int64) {
	t.Helper()
	err := s.store.View(t.Context(), func(tx *store.Tx) (err error) {
		n, err = tx.Audit().Length(wrapcast.Installation)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Requests of nobody, of somebody who may not, for what is not there or is wrong, leave nothing behind, whatever key
// they bring.
func TestARefusedRequestLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	before := chainLength(t, s)
	paths := []string{"/nowhere/" + strings.Repeat("%3C", 300)}
	for path, o := range operations(s, http.MethodPost) {
		if !strings.HasPrefix(path, "/session") && o.OperationID != "create-user" {
			paths = append(paths, fillPath(path, nil))
		}
	}
	for i, path := range paths {
		for who, secret := range map[string]string{"nobody": "", "a wrong token": "wct_wrong", "viewer": s.secrets[wrapcast.RoleViewer]} {
			header := []string{"Idempotency-Key", strconv.Itoa(i)}
			if secret != "" {
				header = append(header, "Authorization", "Bearer "+secret)
			}
			if got := s.ask(t, http.MethodPost, path, map[string]any{"unheard": "of"}, header...); got.StatusCode < 400 {
				t.Errorf("%s gets %d at %s", who, got.StatusCode, path)
			}
		}
	}
	admin := []string{"Authorization", "Bearer " + s.secrets[wrapcast.RoleAdmin], "Idempotency-Key", "k"}
	for _, path := range []string{"/nowhere", "/runs/unknown/cancel", "/overrides?unheard=of", "/plans/unknown/submission"} {
		if got := s.ask(t, http.MethodPost, path, map[string]any{}, admin...); got.StatusCode < 400 {
			t.Errorf("an admin gets %d at %s", got.StatusCode, path)
		}
	}
	if notes, size := kept(t, s); notes != 0 || size != 0 {
		t.Errorf("%d notes of %d bytes are kept", notes, size)
	}
	if after := chainLength(t, s); after != before {
		t.Errorf("the chain grew by %d", after-before)
	}
}

func TestWhatIsKeptOfOneIdentityIsBoundedAndGoesAfterADay(t *testing.T) {
	t.Parallel()
	s, now := at(t)
	body := anOverride(t, s)
	header := func(key string) []string {
		return []string{"Authorization", "Bearer " + s.secrets[wrapcast.RoleAdmin], "Idempotency-Key", key}
	}
	asked := s.ask(t, http.MethodPost, "/overrides", body, header("a")...)
	if asked.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", asked.StatusCode, asked.body)
	}
	if notes, _ := kept(t, s); notes != 1 {
		t.Fatalf("%d notes", notes)
	}
	token := tokenOf(t, s, wrapcast.RoleAdmin)
	err := s.store.Update(t.Context(), func(tx *store.Tx) error {
		for i := range 2000 {
			a := store.AnsweredRequest{Key: strconv.Itoa(i), AskedBy: "token " + string(token.ID), AskedAs: token.Role, AskedAt: time.Unix(0, now.Load())}
			if _, _, err := tx.Requests().Begin(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.ask(t, http.MethodPost, "/overrides", body, header("b")...); got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("one too many gets %d: %s", got.StatusCode, got.body)
	}
	if got := s.ask(t, http.MethodPost, "/overrides", body, header("a")...); got.Header.Get("Idempotent-Replayed") == "" {
		t.Errorf("one that was asked before gets %d: %s", got.StatusCode, got.body)
	}
	now.Add(int64(24*time.Hour + time.Second))
	tidied, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	s.web.KeepTidy(tidied)
	if notes, _ := kept(t, s); notes != 0 {
		t.Errorf("after a day %d notes are kept", notes)
	}
}

func tokenOf(t *testing.T, s *site, role wrapcast.Role) (found wrapcast.Token) {
	t.Helper()
	err := s.store.View(t.Context(), func(tx *store.Tx) (err error) {
		found, err = tx.Access().TokenOf(auth.HashSecret(s.secrets[role]))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// An answer belongs to who asked, not to a name: neither another identity that is called the same nor the same one with
// less of a role is given it.
func TestAnAnswerIsRepeatedToWhomItWasGivenAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := anOverride(t, s)
	planner := []string{"Authorization", "Bearer " + s.secrets[wrapcast.RolePlanner], "Idempotency-Key", "same"}
	first := s.ask(t, http.MethodPost, "/overrides", body, planner...)
	if again := s.ask(t, http.MethodPost, "/overrides", body, planner...); first.StatusCode != http.StatusCreated || string(again.body) != string(first.body) || again.Header.Get("Idempotent-Replayed") == "" {
		t.Fatalf("%d %s, then %d %s", first.StatusCode, first.body, again.StatusCode, again.body)
	}
	twin := "wct_twin"
	passwords := auth.NewPasswords(auth.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1})
	hash, err := passwords.Hash(t.Context(), adamPassword)
	if err != nil {
		t.Fatal(err)
	}
	err = s.store.Update(t.Context(), func(tx *store.Tx) error { // names that could be taken before they were refused
		if err := tx.Access().SaveAccount(wrapcast.Account{ID: "u1", Name: "token planner", Role: wrapcast.RolePlanner, Password: hash, CreatedAt: time.Now(), UpdatedAt: time.Now()}); err != nil {
			return err
		}
		return tx.Access().AddToken(wrapcast.Token{ID: "t1", Hash: auth.HashSecret(twin), Name: "planner", Role: wrapcast.RolePlanner, Author: "test", CreatedAt: time.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	cookie := cookieOf(s.login(t, "token planner", adamPassword))
	for name, who := range map[string][]string{"a token of the same name": {"Authorization", "Bearer " + twin}, "a user of the same name": {"Cookie", cookie}} {
		got := s.ask(t, http.MethodPost, "/overrides", body, append(who, "Idempotency-Key", "same")...)
		if got.Header.Get("Idempotent-Replayed") != "" || string(got.body) == string(first.body) {
			t.Errorf("%s is given %d %s", name, got.StatusCode, got.body)
		}
	}
	id := s.user(t, "paul", wrapcast.RoleAdmin)
	cookie = cookieOf(s.login(t, "paul", adamPassword))
	s.ask(t, http.MethodPost, "/overrides", body, "Cookie", cookie, "Idempotency-Key", "paul's")
	s.change(t, id, wrapcast.RolePlanner, false)
	if got := s.ask(t, http.MethodPost, "/overrides", body, "Cookie", cookie, "Idempotency-Key", "paul's"); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("a login from before the change of role is answered with %d", got.StatusCode)
	}
	cookie = cookieOf(s.login(t, "paul", adamPassword))
	if got := s.ask(t, http.MethodPost, "/overrides", body, "Cookie", cookie, "Idempotency-Key", "paul's"); got.StatusCode != http.StatusForbidden {
		t.Errorf("what was asked as an admin is repeated to a planner: %d", got.StatusCode)
	}
}

// Guesses are counted for the account, however its name is spelt, and before the password is looked at.
func TestManyGuessesAtOnceAreNoMoreThanAFew(t *testing.T) {
	t.Parallel()
	s, now := at(t, func(c *web.Config) { c.TrustProxy = true })
	s.user(t, "mia", wrapcast.RoleViewer)
	known := s.login(t, "adam", adamPassword)
	browser := ""
	for _, c := range known.Cookies() {
		if strings.HasPrefix(c.Name, "wrapcast_browser_") {
			browser = c.Name + "=" + c.Value
			if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.MaxAge < int(300*24*time.Hour/time.Second) {
				t.Errorf("the browser is known by %v", c)
			}
		}
	}
	spellings := []string{"adam", "ADAM", "Adam ", "ａｄａｍ", "ad\u200bam", "aDaM", "\u00a0adam", "adam\u00ad"}
	for _, round := range []string{"one address", "many addresses"} {
		var tried, refused, longest atomic.Int64
		var all sync.WaitGroup
		for i := range 60 {
			all.Go(func() {
				from := "198.51.100.7"
				if round == "many addresses" {
					from = "203.0.113." + strconv.Itoa(i)
				}
				got := s.login(t, spellings[i%len(spellings)], "wrong password", "X-Forwarded-For", from)
				switch got.StatusCode {
				case http.StatusUnauthorized:
					tried.Add(1)
				case http.StatusTooManyRequests:
					refused.Add(1)
					wait, err := strconv.ParseInt(got.Header.Get("Retry-After"), 10, 64)
					if err != nil || wait < 1 {
						t.Errorf("Retry-After is %q", got.Header.Get("Retry-After"))
					}
					longest.Store(max(longest.Load(), wait))
				default:
					t.Errorf("%d: %s", got.StatusCode, got.body)
				}
			})
		}
		all.Wait()
		if tried.Load() > 5 || tried.Load()+refused.Load() != 60 || longest.Load() > 60 {
			t.Errorf("from %s %d were tried, %d refused, for %d s at most", round, tried.Load(), refused.Load(), longest.Load())
		}
		if got := s.login(t, "adam", adamPassword, "X-Forwarded-For", "198.51.100.7"); got.StatusCode != http.StatusTooManyRequests {
			t.Errorf("%s: the right password from elsewhere gets %d", round, got.StatusCode)
		}
		for _, from := range []string{"198.51.100.7", "203.0.113.1"} {
			if got := s.login(t, "adam", adamPassword, "Cookie", browser, "X-Forwarded-For", from); got.StatusCode != http.StatusOK {
				t.Errorf("%s: the right password from a known browser gets %d: %s", round, got.StatusCode, got.body)
			}
		}
		if got := s.login(t, "mia", adamPassword, "X-Forwarded-For", "198.51.100.7"); got.StatusCode != http.StatusOK {
			t.Errorf("%s: somebody else at that address gets %d: %s", round, got.StatusCode, got.body)
		}
		now.Add(int64(10 * time.Minute))
	}
	for name, cookie := range map[string]string{"forged": strings.Replace(browser, "=", "=x", 1), "another account's": browser} {
		for range 5 {
			s.login(t, "mia", "wrong password", "Cookie", cookie, "X-Forwarded-For", "198.51.100.8")
		}
		if got := s.login(t, "mia", adamPassword, "Cookie", cookie, "X-Forwarded-For", "198.51.100.8"); got.StatusCode != http.StatusTooManyRequests {
			t.Errorf("a browser with a cookie that is %s gets %d", name, got.StatusCode)
		}
	}
	for range 5 {
		s.login(t, "adam", "wrong password", "Cookie", browser, "X-Forwarded-For", "198.51.100.9")
	}
	if got := s.login(t, "adam", adamPassword, "Cookie", browser, "X-Forwarded-For", "198.51.100.9"); got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a known browser may guess for ever: %d", got.StatusCode)
	}
}

// Whoever makes logins fail without end fills neither the chain nor the memory; what was not written is counted.
func TestFailedLoginsAreSummedUp(t *testing.T) {
	t.Parallel()
	s, _ := at(t, func(c *web.Config) { c.TrustProxy = true })
	before := chainLength(t, s)
	for i := range 150 {
		name := "adam"
		if i%2 == 0 {
			name = "guess\x1b " + strconv.Itoa(i) + strings.Repeat("x", 150)
		}
		s.login(t, name, "wrong password", "X-Forwarded-For", fmt.Sprintf("198.51.%d.7", i))
	}
	grown := chainLength(t, s) - before
	if grown > 100 {
		t.Errorf("%d entries", grown)
	}
	if grown < 50 {
		t.Errorf("only %d entries: the test tries nothing", grown)
	}
	var entries []wrapcast.AuditEntry
	err := s.store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit().Entries(wrapcast.Installation, before+1, 0) {
			if err != nil {
				return err
			}
			entries = append(entries, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[wrapcast.Role]int{wrapcast.RoleViewer: http.StatusForbidden, wrapcast.RolePlanner: http.StatusForbidden, wrapcast.RolePublisher: http.StatusForbidden, wrapcast.RoleAdmin: http.StatusOK} {
		for _, path := range []string{"/audit?organisation=installation", "/audit?organisation=installation&actor=anonymous&action=login"} {
			got := s.ask(t, http.MethodGet, path, nil, "Authorization", "Bearer "+s.secrets[role])
			if got.StatusCode != want || (role == wrapcast.RoleAdmin) != strings.Contains(string(got.body), "guess") {
				t.Errorf("%s gets %d from %s: %.200s", role, got.StatusCode, path, got.body)
			}
		}
	}
	for _, e := range entries {
		if e.Actor != "adam" && e.Actor != "anonymous" || len(e.Detail) > 150 || strings.Contains(e.Detail, "\x1b") {
			t.Errorf("%s: %q", e.Actor, e.Detail)
		}
	}
}

// A stream ends within seconds after what it belongs to.
func TestAStreamEndsWithWhatItBelongsTo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, end := range map[string]func(t *testing.T, id, cookie string) (header []string, end func()){
		"logout": func(t *testing.T, _, cookie string) ([]string, func()) {
			t.Helper()
			return []string{"Cookie", cookie}, func() { s.ask(t, http.MethodDelete, "/session", nil, "Cookie", cookie) }
		},
		"the user is disabled": func(t *testing.T, id, cookie string) ([]string, func()) {
			t.Helper()
			return []string{"Cookie", cookie}, func() { s.change(t, id, wrapcast.RoleAdmin, true) }
		},
		"the user is deleted": func(t *testing.T, id, cookie string) ([]string, func()) {
			t.Helper()
			return []string{"Cookie", cookie}, func() { s.do(t, http.MethodDelete, "/users/"+id, nil) }
		},
		"the role changes": func(t *testing.T, id, cookie string) ([]string, func()) {
			t.Helper()
			return []string{"Cookie", cookie}, func() { s.change(t, id, wrapcast.RolePlanner, false) }
		},
		"the password is set": func(t *testing.T, id, cookie string) ([]string, func()) {
			t.Helper()
			return []string{"Cookie", cookie}, func() {
				s.do(t, http.MethodPost, "/users/"+id+"/password", map[string]any{"password": "another long one"})
			}
		},
		"the token is revoked": func(t *testing.T, _, cookie string) ([]string, func()) {
			t.Helper()
			made := s.ask(t, http.MethodPost, "/tokens", map[string]any{"name": "bi", "role": "viewer"}, "Cookie", cookie).json(t)
			return []string{"Authorization", "Bearer " + made["secret"].(string)}, func() { s.do(t, http.MethodDelete, "/tokens/"+made["id"].(string), nil) }
		},
		"the token's owner is deleted": func(t *testing.T, id, cookie string) ([]string, func()) {
			t.Helper()
			made := s.ask(t, http.MethodPost, "/tokens", map[string]any{"name": "bi", "role": "viewer"}, "Cookie", cookie).json(t)
			return []string{"Authorization", "Bearer " + made["secret"].(string)}, func() { s.do(t, http.MethodDelete, "/users/"+id, nil) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			user := strings.ReplaceAll(name, " ", "-")
			id := s.user(t, user, wrapcast.RoleAdmin)
			header, over := end(t, id, cookieOf(s.login(t, user, adamPassword)))
			{
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v1/events", nil)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set(header[0], header[1])
				stream, err := http.DefaultClient.Do(request)
				if err != nil || stream.StatusCode != http.StatusOK {
					t.Fatalf("%v %v", stream, err)
				}
				defer stream.Body.Close()
				lines := bufio.NewReader(stream.Body)
				if _, err := lines.ReadString('\n'); err != nil {
					t.Fatal(err)
				}
				over()
				began := time.Now()
				if _, err := io.Copy(io.Discard, lines); err != nil || time.Since(began) > 8*time.Second {
					t.Errorf("it ends after %v with %v", time.Since(began), err)
				}
			}
		})
	}
}

// A token belongs to who made it: it ends with them and may no more than they may. One of the installation stays.
func TestATokenMayNoMoreThanItsOwner(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.user(t, "olga", wrapcast.RoleAdmin)
	cookie := cookieOf(s.login(t, "olga", adamPassword))
	first := s.ask(t, http.MethodPost, "/tokens", map[string]any{"name": "first", "role": "admin"}, "Cookie", cookie).json(t)["secret"].(string)
	second := s.ask(t, http.MethodPost, "/tokens", map[string]any{"name": "second", "role": "admin"}, "Authorization", "Bearer "+first).json(t)["secret"].(string)
	own := s.ask(t, http.MethodPost, "/tokens", map[string]any{"name": "own", "role": "planner"}, "Authorization", "Bearer "+s.secrets[wrapcast.RoleAdmin]).json(t)["secret"].(string)
	wanted := func(when string, users, codes int) {
		t.Helper()
		for name, secret := range map[string]string{"hers": first, "one made with hers": second} {
			for path, want := range map[string]int{"/users": users, "/codes": codes} {
				if got := s.ask(t, http.MethodGet, path, nil, "Authorization", "Bearer "+secret); got.StatusCode != want {
					t.Errorf("%s %s gets %d at %s, want %d", when, name, got.StatusCode, path, want)
				}
			}
		}
		if got := s.ask(t, http.MethodGet, "/codes", nil, "Authorization", "Bearer "+own); got.StatusCode != http.StatusOK {
			t.Errorf("%s the installation's own gets %d", when, got.StatusCode)
		}
	}
	wanted("at first", http.StatusOK, http.StatusOK)
	s.change(t, id, wrapcast.RoleViewer, false)
	wanted("as a viewer", http.StatusForbidden, http.StatusOK)
	for _, row := range s.items(t, "/tokens") {
		if row["name"] == "first" && (row["owner"] != "olga" || row["role"] != "viewer") || row["name"] == "own" && row["owner"] != "" {
			t.Errorf("listed as %v", row)
		}
	}
	s.change(t, id, wrapcast.RoleAdmin, true)
	wanted("disabled", http.StatusUnauthorized, http.StatusUnauthorized)
	s.change(t, id, wrapcast.RoleAdmin, false)
	wanted("let in again", http.StatusOK, http.StatusOK)
	s.do(t, http.MethodDelete, "/users/"+id, nil)
	wanted("deleted", http.StatusUnauthorized, http.StatusUnauthorized)
	s.user(t, "olga", wrapcast.RoleAdmin)
	wanted("somebody of that name later", http.StatusUnauthorized, http.StatusUnauthorized)
}

func TestNamesOfOursCannotBeTaken(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, name := range []string{"local", "Local", "ＬＯＣＡＬ", "lo\u200bcal", "l\u00adocal", "lосаl", "l o c a l", "cli", "schedule", "token", "token x", "Token: x",
		"ｔｏｋｅｎ x", "system", "installation", "wrapcast", "wrapcast worker", "wrapcаst", "anonymous", "user 1", "run", "demo", "a\u202eb", "a\tb", "a\x1b[2J", "\u200b", "..."} {
		for path, body := range map[string]map[string]any{"/users": {"name": name, "role": "viewer", "password": adamPassword}, "/tokens": {"name": name, "role": "viewer"}} {
			if status, got := s.do(t, http.MethodPost, path, body); status != http.StatusUnprocessableEntity {
				t.Errorf("%s takes %q: %d %v", path, name, status, got)
			}
		}
	}
	for _, name := range []string{"locale", "Schedule owner", "tokens@example.com", "system@example.com", "Zoë", "退款", "clive", "runar"} {
		for path, body := range map[string]map[string]any{"/users": {"name": name, "role": "viewer", "password": adamPassword}, "/tokens": {"name": name, "role": "viewer"}} {
			if status, got := s.do(t, http.MethodPost, path, body); status != http.StatusCreated {
				t.Errorf("%s refuses %q: %d %v", path, name, status, got)
			}
		}
	}
	if status, _ := s.do(t, http.MethodPost, "/users", map[string]any{"name": "ＺＯË ", "role": "viewer", "password": adamPassword}); status != http.StatusConflict && status != http.StatusUnprocessableEntity {
		t.Errorf("a name that looks like another's is taken: %d", status)
	}
}

// Clients that are slow keep nobody out: their connections make room, and end by themselves. Streams go on.
func TestSlowClientsKeepNobodyOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	const most = 12
	server, l := s.web.HTTP(listener, web.Connections{Most: most, Headers: 2 * time.Second, Request: 2 * time.Second, Answer: 2 * time.Second})
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) })
	t.Cleanup(func() { _ = server.Close(); serving.Wait() })
	address := listener.Addr().String()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer])
	stream, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()

	slow := map[string]string{"no byte": "", "half a head": "GET /healthz HTTP/1.1\r\nHost: x\r\n",
		"half a body": "POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
		"chunks":      "POST /api/v1/overrides HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: k\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
		"keep-alive":  "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"}
	var open []net.Conn
	var ended sync.WaitGroup
	for range 10 {
		for name, text := range slow {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { conn.Close() })
			if name != "keep-alive" { // which may wait for longer, and makes room too
				open = append(open, conn)
			}
			if _, err := io.WriteString(conn, text); err != nil {
				continue // it had to go already
			}
		}
	}
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for range 5 {
		began := time.Now()
		got, err := client.Get("http://" + address + "/healthz")
		if err != nil {
			t.Fatalf("beside %d slow clients: %v", len(open), err)
		}
		got.Body.Close()
		if got.StatusCode != http.StatusOK || time.Since(began) > time.Second {
			t.Errorf("%d after %v", got.StatusCode, time.Since(began))
		}
	}
	for name, text := range slow { // these make no room for anybody: they end by themselves
		if name == "keep-alive" {
			continue
		}
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
		open = append(open, conn)
	}
	for _, conn := range open {
		ended.Go(func() {
			_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
			if _, err := io.Copy(io.Discard, conn); err != nil && strings.Contains(err.Error(), "timeout") {
				t.Errorf("a slow client is still there: %v", err)
			}
		})
	}
	var alive atomic.Bool
	ended.Go(func() {
		time.Sleep(4 * time.Second) // twice the deadlines
		alive.Store(true)
		_ = stream.Body.Close()
	})
	lines := bufio.NewReader(stream.Body)
	for {
		if _, err := lines.ReadString('\n'); err != nil {
			break
		}
	}
	if !alive.Load() {
		t.Error("the stream ended with the slow clients")
	}
	ended.Wait()
}

// The trail tells kinds of actors apart, whatever they are called.
func TestTheTrailSaysWhatKindOfActorItWas(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := anOverride(t, s)
	cookie := cookieOf(s.login(t, "adam", adamPassword))
	s.ask(t, http.MethodPost, "/overrides", body, "Cookie", cookie)
	s.ask(t, http.MethodPost, "/overrides", body, "Authorization", "Bearer "+s.secrets[wrapcast.RolePlanner])
	s.login(t, "nobody here", "wrong password")
	made := map[string]string{}
	for _, path := range []string{"/audit?action=override", "/audit?organisation=installation"} {
		for _, e := range s.items(t, path) {
			objects, _ := e["objects"].(map[string]any)
			by, _ := objects["by"].(string)
			made[e["actor"].(string)+" "+e["action"].(string)] = by
		}
	}
	for entry, want := range map[string]string{"adam override.added": "user " + string(adam), "token planner override.added": "token " + string(tokenOf(t, s, wrapcast.RolePlanner).ID), "anonymous login": "anonymous"} {
		if made[entry] != want {
			t.Errorf("%s is by %q, want %q; all: %v", entry, made[entry], want, made)
		}
	}
}
