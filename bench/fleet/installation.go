package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/wrapcast/wrapcast/internal/postgrestest"
)

const database = "fleet"

// installation is a database with the organisations that are worked for in it, and where the processes find both.
type installation struct {
	options
	server    *postgrestest.Server
	platforms []*platform
	config    string
}

// shape is what parts choose of an installation.
type shape struct {
	name          string
	organisations int
	// latency is how long a platform takes to answer.
	latency time.Duration
	// settings are further settings of the server, NAME=VALUE.
	settings []string
	// queues, codes and days of history that each platform has; 0 is 3, 6 and 60.
	queues, codes, days int
}

// install starts a server and the platforms, and makes an empty database.
func install(ctx context.Context, o options, s shape) (in *installation, err error) {
	o.dir = filepath.Join(o.dir, s.name)
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return nil, err
	}
	in = &installation{options: o, config: filepath.Join(o.dir, "wrapcast.yaml")}
	defer func() {
		if err != nil {
			in.remove()
		}
	}()
	// What is written is written for good, as where it matters; and there is no room for all processes of a large fleet.
	settings := append([]string{"synchronous_commit=on", "fsync=on", "full_page_writes=on", "max_connections=100"}, s.settings...)
	if in.server, err = postgrestest.Start(settings...); err != nil {
		return in, err
	}
	for i := range s.organisations {
		p, err := newPlatform(i, s)
		if err != nil {
			return in, err
		}
		in.platforms = append(in.platforms, p)
	}
	if err := in.writeSettings(); err != nil {
		return in, err
	}
	if err := in.admin(ctx, "postgres", "CREATE DATABASE "+database+" OWNER "+postgrestest.Owner); err != nil {
		return in, err
	}
	return in, in.command(ctx, "store", "migrate", "--store", in.server.URL(postgrestest.Owner, database), "--role", postgrestest.App)
}

func (in *installation) remove() {
	for _, p := range in.platforms {
		p.close()
	}
	if in.server != nil {
		in.server.Remove()
	}
}

// writeSettings writes one file for all processes.
func (in *installation) writeSettings() error {
	var b strings.Builder
	fmt.Fprintf(&b, "api: {requests_per_minute: 20000}\naudit: {key_file: %q}\norganisations:\n", filepath.Join(in.dir, "audit.key"))
	for _, p := range in.platforms {
		secret := filepath.Join(in.dir, p.name+".secret")
		if err := os.WriteFile(secret, []byte(p.sim.ClientSecret()), 0o600); err != nil {
			return err
		}
		fmt.Fprintf(&b, "  %s: {base_url: %q, client_id: %s, client_secret_file: %q}\n", p.name, p.url(), p.sim.ClientID(), secret)
	}
	return os.WriteFile(in.config, []byte(b.String()), 0o600)
}

// environment is what every process gets.
func (in *installation) environment() []string {
	return append(os.Environ(), "WRAPCAST_CONFIG="+in.config, "WRAPCAST_STORE="+in.server.URL(postgrestest.App, database),
		"WRAPCAST_DATA="+filepath.Join(in.dir, "data"), "NO_COLOR=1")
}

// command runs one command of wrapcast to its end.
func (in *installation) command(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, in.binary, args...)
	c.Env, c.Dir = in.environment(), in.dir
	out, err := c.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("wrapcast %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return err
}

// known waits until every organisation is known by its platform.
func (in *installation) known(ctx context.Context) error {
	return wait(ctx, 5*time.Minute, "every organisation known", func() bool {
		n, err := in.number(ctx, "SELECT COUNT(*)::float8 FROM organisation")
		return err == nil && int(n) == len(in.platforms)
	})
}

// connect opens a connection as the superuser, behind the product's back.
func (in *installation) connect(ctx context.Context, name string) (*pgx.Conn, error) {
	return pgx.Connect(ctx, in.server.URL("postgres", name))
}

// admin runs statements as the superuser.
func (in *installation) admin(ctx context.Context, name string, statements ...string) error {
	c, err := in.connect(ctx, name)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	for _, s := range statements {
		if _, err := c.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// number asks the database for one number.
func (in *installation) number(ctx context.Context, query string) (n float64, err error) {
	c, err := in.connect(ctx, database)
	if err != nil {
		return 0, err
	}
	defer c.Close(ctx)
	return n, c.QueryRow(ctx, query).Scan(&n)
}

// rows asks the database for rows of texts.
func (in *installation) rows(ctx context.Context, query string, args ...any) (all [][]string, err error) {
	c, err := in.connect(ctx, database)
	if err != nil {
		return nil, err
	}
	defer c.Close(ctx)
	rows, err := c.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return nil, err
		}
		var texts []string
		for _, v := range values {
			texts = append(texts, fmt.Sprint(v))
		}
		all = append(all, texts)
	}
	return all, rows.Err()
}

// wait looks every now and then whether something holds, until it does or its time is over.
func wait(ctx context.Context, most time.Duration, what string, holds func() bool) error {
	const pause = 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for !holds() {
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return fmt.Errorf("after %v there is still not: %s", most, what)
			}
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	return nil
}
