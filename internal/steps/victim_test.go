package steps_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// asVictim makes this test binary a process that does one run and kills itself at a moment.
const asVictim = "WRAPCAST_VICTIM"

func TestMain(m *testing.M) {
	if order := os.Getenv(asVictim); order != "" {
		beVictim(order)
		return
	}
	code := m.Run()
	postgrestest.Stop()
	os.Exit(code)
}

// moment is when a victim dies: before it sends, or after it was answered, the n-th request whose method and path end
// so; when a notification holds a text; when it reports its first plan; or never by its own hand.
type moment struct {
	Before, After, Heard string
	Nth                  int // 0 is the first
	Reported             bool
}

// victim is everything a process needs to know to do its run and to die.
type victim struct {
	URL, ClientID, ClientSecret string
	Place                       store.Options
	Began                       time.Time
	Spec                        steps.Spec
	IgnoresKey                  bool
	Moment                      moment
	seen                        atomic.Int64
}

func beVictim(order string) {
	v := &victim{}
	if err := json.Unmarshal([]byte(order), v); err != nil {
		panic(err)
	}
	f, err := v.forecaster(context.Background())
	if err != nil {
		panic(err)
	}
	_, _ = f.Run(context.Background(), v.Spec) // how it ends is seen by what it leaves
}

func (v *victim) forecaster(ctx context.Context) (*steps.WrapUpForecaster, error) {
	clock := chaosClock(v.Began, 0)
	kept, err := store.Open(ctx, v.Place)
	if err != nil {
		return nil, err
	}
	client, err := genesys.New(genesys.Config{BaseURL: v.URL, ClientID: v.ClientID, ClientSecret: v.ClientSecret, Clock: clock,
		RequestsPerMinute: 100_000, AttemptTimeout: chaosMinute(), Transport: v, IgnoresIdempotencyKey: v.IgnoresKey})
	if err != nil {
		return nil, err
	}
	sender, err := webhook.New(webhook.Config{Secrets: []string{secret}, Clock: clock, AllowPrivate: true})
	if err != nil {
		return nil, err
	}
	return &steps.WrapUpForecaster{Store: kept, Source: genesys.Source{Client: client}, Targets: targets(client, v.IgnoresKey), Sender: sender, Clock: clock, NewID: newID, Holder: "victim",
		Report: v.report}, nil
}

// die ends this process as a kill -9 does.
func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

func (v *victim) report(p wrapcast.Progress) {
	if v.Moment.Reported && p.Step == wrapcast.StepSubmit {
		die()
	}
}

// RoundTrip is the network between the victim and the platform, and its death.
func (v *victim) RoundTrip(r *http.Request) (*http.Response, error) {
	name := r.Method + " " + r.URL.Path
	here := func(ending string) bool {
		method, path, _ := strings.Cut(ending, " ")
		return ending != "" && r.Method == method && strings.HasSuffix(name, path)
	}
	place := here(v.Moment.Before+v.Moment.After) && int(v.seen.Add(1)) > v.Moment.Nth
	if place && v.Moment.Before != "" {
		die()
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if place && answer.StatusCode != http.StatusSwitchingProtocols {
		_, _ = io.ReadAll(answer.Body)
	}
	if place {
		die()
	}
	if socket, ok := answer.Body.(io.ReadWriteCloser); ok && v.Moment.Heard != "" {
		answer.Body = &ear{socket, []byte(v.Moment.Heard)}
	}
	return answer, nil
}

// ear dies of what it hears.
type ear struct {
	io.ReadWriteCloser
	text []byte
}

func (e *ear) Read(p []byte) (int, error) {
	n, err := e.ReadWriteCloser.Read(p)
	if bytes.Contains(p[:n], e.text) {
		die()
	}
	return n, err
}

// start starts the victim in a process of its own.
func (v *victim) start(t *testing.T) *exec.Cmd {
	t.Helper()
	order, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env, c.Stderr = append(os.Environ(), asVictim+"="+string(order)), os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}
