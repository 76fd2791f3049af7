package main

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// newClients makes the client that reads and, where an OAuth client of its own submits, the one that writes: then the
// first refuses to. Both draw on one budget.
func (a *app) newClients(at access, budget *genesys.Budget, waiting func(string)) (reader, writer *genesys.Client, err error) {
	c := genesys.Config{Region: at.config.Region, BaseURL: at.config.BaseURL, ClientID: at.config.ClientID, ClientSecret: at.secret,
		Clock: a.clock, Budget: budget, Waiting: waiting, UserAgent: "wrapcast/" + version, ReadOnly: at.config.WriteClientID != "",
		ChunkDays: at.config.API.ChunkDays, VolumeMetric: at.config.API.VolumeMetric, MaxImportBytes: at.config.API.MaxImportBytes}
	if at.pollFast {
		c.PollEvery = fastPoll
	}
	if at.impatient {
		c.MaxAttempts = 3
	}
	if reader, err = genesys.New(c); err != nil || !c.ReadOnly {
		return reader, nil, err
	}
	c.ClientID, c.ClientSecret, c.ReadOnly = at.config.WriteClientID, at.writeSecret, false
	writer, err = genesys.New(c)
	return reader, writer, err
}

// newClient makes the client that reads, for commands that keep nothing.
func (a *app) newClient(at access, waiting func(string)) (*genesys.Client, error) {
	reader, _, err := a.newClients(at, at.config.API.budget(nil), waiting)
	return reader, err
}

// writeSecret finds the secret of the OAuth client that submits, where there is one of its own.
func (a *app) writeSecret(c config) (string, error) {
	secret, err := a.secret("GENESYS_WRITE_CLIENT_SECRET", c.WriteClientSecretFile, "write_client_secret_file")
	if err == nil && (secret == "") != (c.WriteClientID == "") {
		err = usage("GENESYS_WRITE_CLIENT_ID and GENESYS_WRITE_CLIENT_SECRET belong together: one of them is missing").
			WithHint("set both to submit with an OAuth client of its own, or neither")
	}
	return secret, err
}

// budget is the organisation's share of the platform's limits, kept in a ledger where there is one.
func (c apiConfig) budget(l *steps.Ledger) *genesys.Budget {
	limits := wrapcast.BudgetLimits{PerMinute: c.RequestsPerMinute, PerMonth: c.RequestsPerMonth}
	if l == nil {
		return genesys.NewSharedBudget(limits, nil)
	}
	return genesys.NewSharedBudget(limits, l)
}
