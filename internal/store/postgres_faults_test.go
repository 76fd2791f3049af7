package store_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/store"
)

// TestPostgresThatCrashesUnderLoadLosesNothing kills the server and backends while several processes' worth of pools
// write: what was acknowledged is there once, what was refused is not there, and the chains are whole.
func TestPostgresThatCrashesUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	server := postgrestest.Own(t, "synchronous_commit=on") // only of a machine that loses power it is not enough
	d := server.Empty(t)
	if _, _, err := store.Migrate(t.Context(), store.Options{URL: d.Owner()}, postgrestest.App); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "audit.key")
	var mu sync.Mutex
	acknowledged, refused, doubtful := map[string]bool{}, map[string]bool{}, 0
	var committed atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wait sync.WaitGroup
	for w := range 4 {
		s := opened(t, store.Options{URL: d.App(), AuditKeyFile: key})
		wait.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				id := fmt.Sprintf("%d-%d", w, i)
				err := s.Update(t.Context(), func(tx *store.Tx) error {
					_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: wrapcast.OrganisationID(fmt.Sprint("org-", i%2)), Detail: id})
					return err
				})
				mu.Lock()
				switch {
				case err == nil:
					acknowledged[id] = true
					committed.Add(1)
				case strings.Contains(err.Error(), "is not known"):
					doubtful++
				default:
					refused[id] = true
					if k := wrapcast.KindOf(err); k != wrapcast.Unavailable || wrapcast.Hint(err) == "" {
						t.Errorf("%q error without a way out: %v", k, err)
					}
				}
				mu.Unlock()
			}
		})
	}
	more := func() { // until work goes on
		for before := committed.Load(); committed.Load() < before+20; {
			time.Sleep(5 * time.Millisecond)
		}
	}
	for range 3 {
		more()
		server.End(true)
		if err := server.Begin(); err != nil {
			t.Fatal(err)
		}
		more()
		d.Exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"+postgrestest.App+"'")
	}
	more()
	stop()
	wait.Wait()
	stored := map[string]int{}
	on(t, opened(t, store.Options{URL: d.App(), AuditKeyFile: key})).view(func(tx *store.Tx) error {
		for _, org := range []wrapcast.OrganisationID{"org-0", "org-1"} {
			if _, err := audit.Verify(tx.Audit().Entries(org, 1, 0)); err != nil {
				return err
			}
			for e, err := range tx.Audit().Entries(org, 1, 0) {
				if err != nil {
					return err
				}
				stored[e.Detail]++
			}
		}
		return nil
	})
	for id := range acknowledged {
		if stored[id] != 1 {
			t.Errorf("%s was acknowledged and is stored %d times", id, stored[id])
		}
	}
	for id := range refused {
		if stored[id] != 0 {
			t.Errorf("%s was refused and is stored", id)
		}
	}
	t.Logf("%d acknowledged, %d refused, %d in doubt", len(acknowledged), len(refused), doubtful)
}

// TestPostgresCommitWhoseAnswerIsLostIsLookedUp cuts the connection between the commit and its answer, and before the
// commit arrives.
func TestPostgresCommitWhoseAnswerIsLostIsLookedUp(t *testing.T) {
	t.Parallel()
	d := prepared(t)
	for name, c := range map[string]struct {
		arrives bool
		want    int64
	}{"after it arrived": {true, 1}, "before it arrived": {false, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cut := cutAtCommit(t, d.App(), c.arrives)
			s := opened(t, store.Options{URL: cut.url, AuditKeyFile: filepath.Join(t.TempDir(), "audit.key")})
			org := wrapcast.OrganisationID(name)
			cut.armed.Store(true)
			err := s.Update(t.Context(), func(tx *store.Tx) error {
				return tx.Directory().Save(directory(org))
			})
			if (err == nil) != c.arrives || err != nil && wrapcast.KindOf(err) != wrapcast.Unavailable {
				t.Errorf("got %v", err)
			}
			if cut.armed.Load() {
				t.Error("no commit was cut")
			}
			all := read(on(t, s), func(tx *store.Tx) ([]wrapcast.Organisation, error) { return tx.Directory().Organisations() })
			stored := int64(0)
			for _, o := range all {
				if o.ID == org {
					stored++
				}
			}
			if stored != c.want {
				t.Errorf("it is stored %d times", stored)
			}
		})
	}
}

// cutter is a proxy before a server that, armed, breaks the connection of the next commit.
type cutter struct {
	url   string
	armed atomic.Bool
	// arrives says that the commit reaches the server first, and is done there.
	arrives bool
}

func cutAtCommit(t *testing.T, url string, arrives bool) *cutter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	_, after, _ := strings.Cut(url, "@")
	server, rest, _ := strings.Cut(after, "/")
	c := &cutter{url: "postgres://" + postgrestest.App + "@" + l.Addr().String() + "/" + rest, arrives: arrives}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go c.pass(client, server)
		}
	}()
	return c
}

// pass passes on what client and server say to each other.
func (c *cutter) pass(client net.Conn, server string) {
	defer client.Close()
	there, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer there.Close()
	var silent atomic.Bool // what the server says is not passed on any more
	go func() {
		buffer := make([]byte, 1<<16)
		for {
			n, err := there.Read(buffer)
			if n > 0 && silent.Load() {
				_ = client.Close() // the commit is done, and nobody hears of it
				return
			}
			if _, err2 := client.Write(buffer[:n]); err != nil || err2 != nil {
				_ = client.Close()
				return
			}
		}
	}()
	buffer := make([]byte, 1<<16)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if bytes.Contains(buffer[:n], []byte("commit\x00")) && c.armed.CompareAndSwap(true, false) {
			silent.Store(true)
			if !c.arrives {
				return
			}
		}
		if _, err := there.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func TestPostgresTransactionThatStandsStillIsEnded(t *testing.T) {
	t.Parallel()
	d := prepared(t)
	b := on(t, opened(t, store.Options{URL: d.App() + "&idle_in_transaction_session_timeout=50", AuditKeyFile: filepath.Join(t.TempDir(), "k")}))
	b.refused(wrapcast.Unavailable, "stood still for too long", func(tx *store.Tx) error {
		if err := tx.Directory().Save(directory("org")); err != nil {
			return err
		}
		mine, err := tx.Raw("SELECT pg_backend_pid()")
		if err != nil {
			return err
		}
		owner := on(t, opened(t, store.Options{URL: d.Owner()}))
		for left := true; left; { // until the server has ended it
			owner.view(func(other *store.Tx) error {
				n, err := other.Raw("SELECT COUNT(*) FROM pg_stat_activity WHERE pid = $1", mine)
				left = n > 0
				return err
			})
		}
		return tx.Directory().Save(directory("org"))
	})
	b.update(func(tx *store.Tx) error { return tx.Directory().Save(directory("org")) }) // the next one works
}

func TestPostgresPoolThatIsExhaustedIsSaidSo(t *testing.T) {
	t.Parallel()
	d := prepared(t)
	b := on(t, opened(t, store.Options{URL: d.App() + "&connect_timeout=1", BusyTimeout: 10 * time.Millisecond, AuditKeyFile: "k"}))
	var nest func(depth int) error
	nest = func(depth int) error {
		if depth == 0 {
			return nil
		}
		return b.View(t.Context(), func(*store.Tx) error { return nest(depth - 1) })
	}
	if err := nest(7); wrapcast.KindOf(err) != wrapcast.Unavailable || !strings.Contains(err.Error(), "all 6 connections") || wrapcast.Hint(err) == "" {
		t.Errorf("got %v", err)
	}
	if err := nest(6); err != nil {
		t.Errorf("when they are given back: %v", err)
	}
}
