package forecast

import (
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// New returns the model of a name; see Names. Auto is not among them: it is not one model but Run's way to
// combine several.
func New(name string) (Model, error) {
	for _, m := range models() {
		if m.Name() == name {
			return m, nil
		}
	}
	return nil, optionError("Algorithm", "%q is not known; the models are %q", name, Names())
}

// Names lists the models that New knows, in the order of the documentation.
func Names() []string {
	var names []string
	for _, m := range models() {
		names = append(names, m.Name())
	}
	return slices.Clip(names)
}

func models() []Model {
	return []Model{
		method{"mean", fitMean},
		method{"naive", fitNaive},
		method{"drift", fitDrift},
		method{"seasonalNaive", fitSeasonalNaive},
		method{"weekdayAverage", fitWeekdayAverage},
		method{"exponentialSmoothing", fitSmoothing},
		method{"ets", fitETS},
		method{"theta", fitTheta},
		method{"dynamicTheta", fitDynamicTheta},
		method{"mstl", fitMSTL},
		method{"arima", fitARIMA},
		method{"mstlArima", fitMSTLARIMA},
		method{"regression", fitRegression},
		method{"croston", fitCroston},
		method{"sba", fitSBA},
		method{"tsb", fitTSB},
		method{"adida", fitADIDA},
		method{"imapa", fitIMAPA},
		method{"negativeBinomial", fitNegativeBinomial},
	}
}

// method is a Model that is one function under a name.
type method struct {
	name string
	fit  func(s Series, opt Options) (Fit, error)
}

// Name returns the name of the model.
func (m method) Name() string { return m.name }

// Fit learns from the history of s.
func (m method) Fit(s Series, opt Options) (Fit, error) {
	if stat.Count(s.Values) == 0 {
		return nil, seriesError(s.ID, "its history is empty")
	}
	return m.fit(s, opt)
}
