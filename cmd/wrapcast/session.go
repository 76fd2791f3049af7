package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/progress"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/validate"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// access is how a session reaches the platform, and what differs between a real
// organisation and a simulated one.
type access struct {
	config config
	secret string
	// writeSecret is that of the OAuth client that submits, where there is one.
	writeSecret string
	// webhookSecrets sign messages; none derives one from the client's secret.
	webhookSecrets []string
	// pollFast asks the simulator, which answers at once, more often than one would ask the platform.
	pollFast bool
	// impatient gives up early: a person waits for an answer.
	impatient bool
	// background shows no progress: nobody looks at the terminal.
	background bool
}

// session is what a command that works on an organisation holds open.
type session struct {
	store  *store.Store
	client *genesys.Client
	// writer submits, nil where client does.
	writer     *genesys.Client
	forecaster *steps.WrapUpForecaster
	progress   progress.Display
	// ownWebhookSecret says that messages are not signed by a secret derived from the client's.
	ownWebhookSecret bool
}

// accessFromConfig reads settings and secrets, and refuses to go on without them.
func (a *app) accessFromConfig() (access, error) {
	c, err := a.loadConfig()
	if err != nil {
		return access{}, err
	}
	secret, err := a.clientSecret(c)
	if err != nil {
		return access{}, err
	}
	if err := c.needCredentials(secret); err != nil {
		return access{}, err
	}
	writing, err := a.writeSecret(c)
	if err != nil {
		return access{}, err
	}
	signing, err := a.secret("WFM_WEBHOOK_SECRET", c.Webhook.SecretFile, "webhook.secret_file")
	if err != nil {
		return access{}, err
	}
	return access{config: c, secret: secret, writeSecret: writing, webhookSecrets: strings.Fields(signing)}, nil
}

// open connects store, platform and webhook. Nothing is sent yet.
func (a *app) open(ctx context.Context, at access) (*session, error) {
	s := &session{progress: progress.New(a.Terminal, a.clock.Now), ownWebhookSecret: len(at.webhookSecrets) > 0}
	if at.background {
		s.progress = progress.Silent{}
	}
	waiting := &waitingStep{report: s.progress.Report}
	ledger := &steps.Ledger{Clock: a.clock}
	var err error
	if s.client, s.writer, err = a.newClients(at, at.config.API.budget(ledger), waiting.wait); err != nil {
		return nil, err
	}
	sender, err := a.newSender(at)
	if err != nil {
		return nil, err
	}
	rest, err := a.restClient(at, waiting.wait)
	if err != nil {
		return nil, err
	}
	if s.store, err = store.Open(ctx, store.Options{Dir: a.dataDir}); err != nil {
		return nil, err
	}
	ledger.Store = s.store
	s.forecaster = &steps.WrapUpForecaster{Store: s.store, Platform: s.client, Writer: s.writer, Sender: sender, Clock: a.clock,
		Targets: genesys.NewTargets(genesys.TargetOptions{Reader: s.client, Writer: s.writer, REST: rest,
			IgnoresIdempotencyKey: at.config.REST.IgnoresIdempotencyKey}),
		NewID: a.newID, Report: waiting.step, Holder: holder(a.newID()), Alive: alive}
	return s, nil
}

// withSession runs work on the organisation of the settings.
func (a *app) withSession(ctx context.Context, work func(*session, access) error) error {
	at, err := a.accessFromConfig()
	if err != nil {
		return err
	}
	s, err := a.open(ctx, at)
	if err != nil {
		return err
	}
	defer s.close()
	return work(s, at)
}

func (s *session) close() {
	s.progress.Close()
	for _, c := range []*genesys.Client{s.client, s.writer} {
		if c != nil {
			c.Close()
		}
	}
	_ = s.store.Close() // everything that matters was committed
}

// newSender makes the sender of webhooks, nil where none is set.
func (a *app) newSender(at access) (*webhook.Sender, error) {
	if at.config.Webhook.URL == "" {
		return nil, nil //nolint:nilnil // no webhook is a valid setting
	}
	if err := webhook.CheckURL(at.config.Webhook.URL); err != nil {
		return nil, err
	}
	secrets := at.webhookSecrets
	if len(secrets) == 0 {
		secrets = []string{derivedSecret(at.secret)}
	}
	return webhook.New(webhook.Config{Secrets: secrets, Clock: a.clock, UserAgent: "wrapcast/" + version,
		AllowPrivate: at.config.Webhook.AllowPrivate || loopback(at.config.BaseURL)})
}

// derivedSecret signs webhooks where no secret is set, so that none goes out unsigned
// and the environment variables alone are enough. docs/CONFIGURATION.md has the
// one-liner by which a receiver gets it.
func derivedSecret(clientSecret string) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	mac.Write([]byte("wrapcast webhook v1"))
	return "whsec_" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// loopback reports whether the platform is a simulator on this machine, whose webhooks may stay here too.
func loopback(baseURL string) bool {
	u, err := url.Parse(baseURL)
	if err != nil || baseURL == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// holder names this process on leases.
func holder(nonce string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), nonce)
}

// alive reports whether the process that a lease names may still be at work: one of
// this machine that is gone is not, of others only time tells.
func alive(holder string) bool {
	parts := strings.Split(holder, "/")
	host, err := os.Hostname()
	if len(parts) != 3 || err != nil || parts[0] != host {
		return true
	}
	pid, err := strconv.Atoi(parts[1])
	if err != nil || pid == os.Getpid() {
		return err != nil // our own number with another nonce is one that had it before us
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = process.Signal(syscall.Signal(0))
	return !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, syscall.ESRCH)
}

// waitingStep joins what the client waits for with the step that waits.
type waitingStep struct {
	mu     sync.Mutex
	last   wrapcast.Progress
	report func(wrapcast.Progress)
}

func (w *waitingStep) step(p wrapcast.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = p
	w.report(p)
}

func (w *waitingStep) wait(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last.Step != "" {
		p := w.last
		p.Waiting = reason
		w.report(p)
	}
}

// spec turns settings into what a run is asked to do.
func (c config) spec() steps.Spec {
	s := steps.Spec{
		Actor: "cli", BusinessUnit: c.BusinessUnit, Calendar: c.calendar(), LookbackDays: c.History.LookbackDays, RereadDays: c.History.RereadDays,
		Rules: validate.Rules{MinDays: c.Validation.MinDays, MaxHorizon: c.Validation.MaxHorizonDays,
			IQRFactor: c.Validation.IQRFactor, MinSeasonality: c.Validation.MinSeasonality},
		Strict: c.Validation.Strict, HorizonDays: c.Forecast.HorizonDays, Level: c.Forecast.Level, Algorithm: c.Forecast.Algorithm,
		Target: wrapcast.Target(c.Plan.Target), Weeks: c.Plan.Weeks, WeekLength: planning.LengthRule(c.Plan.WeekLength), Stops: c.Plan.Limits.stops(), Webhook: c.Webhook.URL,
		PollEvery: c.REST.PollEvery, AwaitFor: c.Submit.AwaitFor, LookFor: c.Submit.LookFor, NotifyFor: c.Webhook.NotifyFor,
	}
	for _, code := range c.Codes {
		s.Codes = append(s.Codes, wrapcast.CodeID(code))
	}
	return s
}
