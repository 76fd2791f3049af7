package forecast

import "slices"

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
		meanModel{}, naiveModel{}, driftModel{}, seasonalNaive{}, weekdayAverage{}, smoothing{},
	}
}
