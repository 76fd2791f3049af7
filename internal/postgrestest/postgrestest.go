// Package postgrestest starts a PostgreSQL server for tests: one for each test binary, in a directory of its own, on a
// port of its own, and a database of its own for each test. Production code does not import it.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Required is the environment variable that makes tests fail, instead of being skipped, where there is no PostgreSQL:
// WRAPCAST_POSTGRES=required.
const Required = "WRAPCAST_POSTGRES"

// The roles of every database: the one that owns it and makes its tables, and the one the product works as, which is
// neither owner nor superuser. Locked is a role that has to give its password, over TCP.
const (
	Owner    = "wrapcast_owner"
	App      = "wrapcast_app"
	Locked   = "wrapcast_locked"
	Password = "s3cret@/with:letters"
)

// Server is a running server.
type Server struct {
	dir     string
	bin     string
	port    int
	options []string

	mu        sync.Mutex
	command   *exec.Cmd
	ended     chan struct{}
	databases int
	template  string
}

var ( // one for each test binary: to start one takes two seconds
	once    sync.Once //nolint:gochecknoglobals // see above
	shared  *Server   //nolint:gochecknoglobals // see above
	missing error     //nolint:gochecknoglobals // see above
)

// Shared returns the server of this test binary, and starts it the first time. Where there is no PostgreSQL the test is
// skipped, or fails where it is required. [Stop] ends it.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	once.Do(func() { shared, missing = Start() })
	skipOrFail(tb, missing)
	return shared
}

// Stop ends the server of this test binary, if it was started. It belongs into TestMain.
func Stop() {
	once.Do(func() { missing = errors.New("the tests are over") })
	if shared != nil {
		shared.Remove()
	}
}

func skipOrFail(tb testing.TB, err error) {
	tb.Helper()
	if err == nil {
		return
	}
	if os.Getenv(Required) == "required" || !errors.Is(err, exec.ErrNotFound) {
		tb.Fatalf("PostgreSQL: %v", err)
	}
	tb.Skipf("no PostgreSQL here (%v): install Debian's package postgresql, or run `make packages`", err)
}

// Own starts a server that a test may stop and start again as it likes. It lasts as long as the test; a setting is
// NAME=VALUE of postgresql.conf.
func Own(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	s, err := Start(settings...)
	skipOrFail(tb, err)
	tb.Cleanup(s.Remove)
	return s
}

// Start makes and starts a server.
func Start(settings ...string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "wrapcast-postgres-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin, options: settings}
	if err := s.make(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// binaries finds the directory of initdb and postgres, the newest where there are several.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err == nil && len(found) > 0 {
		return filepath.Dir(slices.Max(found)), nil
	}
	path, err := exec.LookPath("initdb")
	return filepath.Dir(path), err
}

func (s *Server) make() error {
	if err := giveAway(s.dir); err != nil {
		return err
	}
	out, err := s.tool("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C",
		"--pgdata="+s.data()).CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	hba := "local all all trust\nhost all " + Locked + " 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
	if err := os.WriteFile(filepath.Join(s.data(), "pg_hba.conf"), []byte(hba), 0o600); err != nil {
		return err
	}
	if s.port, err = freePort(); err != nil {
		return err
	}
	if err := s.Begin(); err != nil {
		return err
	}
	return s.admin("postgres", "CREATE ROLE "+Owner+" LOGIN", "CREATE ROLE "+App+" LOGIN",
		"CREATE ROLE "+Locked+" LOGIN PASSWORD '"+Password+"'")
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// tool is a program of PostgreSQL, as a user that is not root.
func (s *Server) tool(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.bin, name), args...)
	c.Dir, c.Env = s.dir, append(os.Environ(), "LC_ALL=C")
	c.SysProcAttr = asNobodySpecial()
	return c
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// Begin starts the server, and returns when it takes connections.
func (s *Server) Begin() error {
	args := []string{"-D", s.data(), "-k", s.dir, "-p", fmt.Sprint(s.port)}
	for _, setting := range append([]string{"listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off",
		"full_page_writes=off", "max_connections=200", "shared_buffers=64MB", "max_wal_senders=0", "wal_level=minimal",
		"logging_collector=off", "log_min_messages=fatal"}, s.options...) {
		args = append(args, "-c", setting)
	}
	c := s.tool("postgres", args...)
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { _ = c.Wait(); close(ended) }()
	s.mu.Lock()
	s.command, s.ended = c, ended
	s.mu.Unlock()
	return s.await(ended)
}

// await returns when the server takes connections.
func (s *Server) await(ended <-chan struct{}) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := s.admin("postgres")
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("the server ended at once: %s", log)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return err
		}
	}
}

// End stops the server: at once as a crash does, or after it has thrown everybody out.
func (s *Server) End(crash bool) {
	s.mu.Lock()
	c, ended := s.command, s.ended
	s.command = nil
	s.mu.Unlock()
	if c == nil {
		return
	}
	stop(c.Process, crash)
	<-ended
}

// Process is the number of the server's main process, 0 where it does not run.
func (s *Server) Process() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.command == nil {
		return 0
	}
	return s.command.Process.Pid
}

// Remove stops the server and deletes everything of it.
func (s *Server) Remove() {
	s.End(true)
	_ = os.RemoveAll(s.dir)
}

// admin runs statements as the superuser.
func (s *Server) admin(database string, statements ...string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, s.URL("postgres", database))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	for _, statement := range statements {
		if _, err := c.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// URL is the address of a database for a role, over TCP.
func (s *Server) URL(role, database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", role, s.port, database)
}

// Database is the database of a test.
type Database struct {
	*Server
	Name string
}

// Owner is its address for the role that owns it, App for the one the product works as.
func (d Database) Owner() string { return d.URL(Owner, d.Name) }

// App is its address for the role the product works as.
func (d Database) App() string { return d.URL(App, d.Name) }

// Exec runs statements as the superuser: behind the product's back.
func (d Database) Exec(tb testing.TB, statements ...string) {
	tb.Helper()
	if err := d.admin(d.Name, statements...); err != nil {
		tb.Fatal(err)
	}
}

// Empty makes a database without a table.
func (s *Server) Empty(tb testing.TB) Database {
	tb.Helper()
	return s.database(tb, "template0")
}

// Prepared makes a database that a function has prepared, as its owner: once for all tests of the binary.
func (s *Server) Prepared(tb testing.TB, prepare func(owner string) error) Database {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.template == "" {
		const name = "prepared"
		err := s.admin("postgres", "CREATE DATABASE "+name+" TEMPLATE template0 OWNER "+Owner)
		if err == nil {
			err = prepare(s.URL(Owner, name))
		}
		if err != nil {
			tb.Fatal(err)
		}
		s.template = name
	}
	return s.databaseLocked(tb, s.template)
}

func (s *Server) database(tb testing.TB, template string) Database {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.databaseLocked(tb, template)
}

func (s *Server) databaseLocked(tb testing.TB, template string) Database {
	tb.Helper()
	s.databases++
	name := fmt.Sprintf("test_%d", s.databases)
	// The template must have no connection; one that just closed may take a moment to be gone.
	var err error
	for range 100 {
		err = s.admin("postgres", "CREATE DATABASE "+name+" TEMPLATE "+template+" OWNER "+Owner)
		if err == nil || !strings.Contains(err.Error(), "being accessed") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.admin("postgres", "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			tb.Logf("%s stays: %v", name, err) // its server is gone too
		}
	})
	return Database{s, name}
}
