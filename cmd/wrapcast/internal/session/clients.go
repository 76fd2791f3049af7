package session

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Clients makes the client that reads and, where an OAuth client of its own submits, the one that writes: then the
// first refuses to. Both draw on one budget.
func (o *Opener) Clients(
	at Access, budget *genesys.Budget, waiting func(string),
) (reader, writer *genesys.Client, err error) {
	config := at.Settings
	c := genesys.Config{Region: config.Region, BaseURL: config.BaseURL, LoginURL: config.LoginURL,
		APIURL: config.APIURL, Network: at.Network, ClientID: config.ClientID,
		ClientSecret: at.Secret,
		ReadOnly:     config.WriteClientID != "", Clock: o.Clock, Budget: budget, Waiting: waiting,
		UserAgent: "wrapcast/" + o.Version, ChunkDays: config.API.ChunkDays, VolumeMetric: config.API.VolumeMetric,
		MaxImportBytes: config.API.MaxImportBytes}
	if at.PollFast {
		c.PollEvery = FastPoll
	}
	if at.Impatient {
		c.MaxAttempts = 3
	}
	if reader, err = genesys.New(c); err != nil || !c.ReadOnly {
		return reader, nil, err
	}
	c.ClientID, c.ClientSecret, c.ReadOnly = at.Settings.WriteClientID, at.WriteSecret, false
	writer, err = genesys.New(c)
	return reader, writer, err
}

// Client makes the client that reads, for commands that keep nothing.
func (o *Opener) Client(at Access, waiting func(string)) (*genesys.Client, error) {
	reader, _, err := o.Clients(at, budget(at.Settings.API, nil), waiting)
	return reader, err
}

// budget is the organisation's share of the platform's limits, kept in a ledger where there is one.
func budget(c settings.API, l *store.Ledger) *genesys.Budget {
	limits := wrapcast.BudgetLimits{PerMinute: c.RequestsPerMinute, PerMonth: c.RequestsPerMonth}
	if l == nil {
		return genesys.NewSharedBudget(limits, nil)
	}
	return genesys.NewSharedBudget(limits, l)
}
