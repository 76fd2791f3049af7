package forecast

import (
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/models"
)

// Auto is the algorithm used when none is named: the weighted combination.
const Auto = "auto"

// Names lists the algorithms beside Auto that Options.Algorithm may name, each a single model, in the order of the
// documentation.
func Names() []string { return models.Names() }

// CheckAlgorithm returns an *Error for a name that is neither Auto nor among Names. Of a name that earlier versions
// knew it says what to use instead.
func CheckAlgorithm(name string) error {
	if name == Auto || slices.Contains(Names(), name) {
		return nil
	}
	for _, g := range goneAlgorithms() {
		if slices.Contains(g.names, name) {
			return optionError("Algorithm", "%q is gone since the models were reduced to those in use: use %q", name,
				g.instead)
		}
	}
	return optionError("Algorithm", "%q is not known; the algorithms are %q and %q", name, Auto, Names())
}

// goneNames are algorithms that can no longer be asked for, and the one that does their work.
type goneNames struct {
	names   []string
	instead string
}

func goneAlgorithms() []goneNames {
	return []goneNames{
		{[]string{"dynamicTheta"}, "theta"},
		{[]string{"mstl", "mstlArima"}, "exponentialSmoothing"},
		{[]string{"sba", "tsb", "adida", "imapa"}, "croston"},
		{[]string{"negativeBinomial"}, Auto},
	}
}

// setting is what named models are set up for when they forecast the steps after a history.
func (o Options) setting(s Series) models.Setting {
	return models.Setting{
		Seasons: o.seasonsFor(s), Length: len(s.Values),
		Columns: func() []models.Column { return o.columns(s, len(s.Values)+o.Horizon) },
	}
}

// columns are the events and regressors of a series, over so many steps.
func (o Options) columns(s Series, steps int) []models.Column {
	var out []models.Column
	for _, e := range o.events(s) {
		out = append(out, models.Column{Name: "event " + e.Name, Values: eventColumn(s, e, steps)})
	}
	for _, r := range s.Regressors {
		out = append(out, models.Column{Name: "regressor " + r.Name, Values: r.Values})
	}
	return out
}

// wholeSeasons returns the seasons that are whole numbers of steps and of which the values hold at least two cycles.
func (o Options) wholeSeasons(s Series) []int { return o.setting(s).WholeSeasons() }

// shortSeason returns the shortest whole season with two cycles in the history, 1 if there is none.
func (o Options) shortSeason(s Series) int {
	if w := o.wholeSeasons(s); len(w) > 0 {
		return w[0]
	}
	return 1
}
