package main

import (
	"errors"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
)

func TestWhatIsStoredIsPrunedByItsOwnSettings(t *testing.T) {
	t.Parallel()
	keeps := func(days int) settings.Settings {
		return settings.Settings{Retention: settings.Retention{MessagesDays: days}}
	}
	wrong := errors.New("wrong")
	several := settings.Installation{Settings: keeps(7), Organisations: []settings.Named{
		{Name: "Boston", ID: "o-boston", Settings: keeps(8)}, {Name: "Berlin", Settings: keeps(9)}, {Name: "Broken", Err: wrong}}}
	for _, c := range []struct {
		id     wrapcast.OrganisationID
		called string
		days   int
	}{{"o-boston", "", 8}, {"o-berlin", "Berlin", 9}, {"o-left", "Gone", 7}, {wrapcast.Installation, "", 7}} {
		if got, err := settingsOf(several, c.id, c.called); err != nil || got.Retention.MessagesDays != c.days {
			t.Errorf("%+v: %d days, %v", c, got.Retention.MessagesDays, err)
		}
	}
	if _, err := settingsOf(several, "o-broken", "Broken"); !errors.Is(err, wrong) {
		t.Errorf("settings that cannot be used: %v", err)
	}
	one := settings.Installation{Settings: keeps(7), Organisations: []settings.Named{{Settings: keeps(7)}}}
	if got, err := settingsOf(one, "any", ""); err != nil || got.Retention.MessagesDays != 7 || !keepsNotAll(one) {
		t.Errorf("of one organisation: %+v, %v", got.Retention, err)
	}
}
