package settings

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
)

// Named is one organisation of the settings, under the name it has there.
type Named struct {
	// Name is its key under organisations:; "" where the file is about one organisation.
	Name string
	// ID is the platform's own, where the settings say it.
	ID wrapcast.OrganisationID
	// Settings are its own, and what stands at the top where it says nothing.
	Settings Settings
	// Err is why nobody can work for it, nil where somebody can; the others go on.
	Err error
}

// Installation is what one settings file is about: what holds for everybody, and each organisation.
type Installation struct {
	// Settings stand at the top of the file: they are those of the server and the data, and defaults of organisations.
	Settings Settings
	// Organisations are in the order of the file. One without a name stands for all where there is no organisations:.
	Organisations []Named
	// Remarks are sentences about what stands there and has no effect.
	Remarks []string
}

// Several reports whether the settings name their organisations.
func (i Installation) Several() bool {
	return len(i.Organisations) != 1 || i.Organisations[0].Name != ""
}

// Names are those of the organisations.
func (i Installation) Names() []string {
	names := make([]string, 0, len(i.Organisations))
	for _, o := range i.Organisations {
		names = append(names, o.Name)
	}
	return names
}

// Find returns the organisation of a name, in any case, or of an id of the platform.
func (i Installation) Find(named string) (Named, bool) {
	for _, o := range i.Organisations {
		if named != "" && (strings.EqualFold(o.Name, named) || string(o.ID) == named) {
			return o, true
		}
	}
	return Named{}, false
}

// Choose returns the organisation of a name or id; where none is named, the only one there is.
func (i Installation) Choose(named string) (Named, error) {
	if !i.Several() {
		return i.Organisations[0], i.Organisations[0].Err
	}
	if one, found := i.Find(named); found {
		return one, one.Err
	}
	there := strings.Join(i.Names(), ", ")
	switch {
	case named != "":
		return Named{}, usage("the settings have no organisation %q", named).WithHint("they have %s", there)
	case len(i.Organisations) == 1:
		return i.Organisations[0], i.Organisations[0].Err
	case len(i.Organisations) == 0:
		return Named{}, usage("the settings have organisations: and none stands there")
	}
	return Named{}, usage("the settings have %d organisations", len(i.Organisations)).
		WithHint("choose one with --organisation: %s", there)
}

// ofOne are variables of the environment that speak of one organisation.
func ofOne() []string {
	return []string{"GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET", "GENESYS_WRITE_CLIENT_ID",
		"GENESYS_WRITE_CLIENT_SECRET", "GENESYS_REGION", "GENESYS_BASE_URL", "GENESYS_LOGIN_URL", "GENESYS_API_URL",
		"WRAPUP_CODE_1", "WFM_WEBHOOK_URL", "WFM_WEBHOOK_SECRET", "WRAPCAST_REST_TOKEN"}
}

// withoutEffect names variables that speak of one organisation, where the settings have several.
func (s Source) withoutEffect() (remarks []string) {
	var set []string
	for _, name := range ofOne() {
		if s.Env(name, "") != "" {
			set = append(set, name)
		}
	}
	if len(set) > 0 {
		remarks = []string{strings.Join(set, ", ") + " of the environment: no effect, since the settings name their " +
			"organisations; each says where its own come from"}
	}
	return remarks
}

// entry is an organisation as it stands in the file.
type entry struct {
	Name      string                  `yaml:"name"`
	ID        wrapcast.OrganisationID `yaml:"id"`
	*Settings `yaml:",inline"`
	Calendar  yaml.Node `yaml:"calendar"`
}

// organisationsOf reads the organisations of a file. What is wrong with one is its own error; an error of its own has
// what makes it unclear which there are.
func (s Source) organisationsOf(node *yaml.Node, top Settings) ([]Named, error) {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	var all []Named
	switch node.Kind { //nolint:exhaustive // every other kind is refused
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			all = append(all, s.organisation(node.Content[i].Value, node.Content[i+1], top))
		}
	case yaml.SequenceNode:
		for _, item := range node.Content {
			all = append(all, s.organisation("", item, top))
		}
	default:
		return nil, usage("line %d: organisations: has a name for each, and its settings below", node.Line).
			WithHint("docs/CONFIGURATION.md has an example under Several organisations")
	}
	if err := belongsBelow(top); err != nil {
		return nil, err
	}
	tellApart(all)
	return all, nil
}

// organisation reads one. Its name stands before the colon, or, in a list, as name.
func (s Source) organisation(name string, node *yaml.Node, top Settings) Named {
	own := top
	e := entry{Settings: &own}
	err := unknownKey(node, reflect.TypeFor[entry](), "yaml")
	if err == nil {
		if err = node.Decode(&e); err != nil {
			err = explainNode(err)
		}
	}
	switch {
	case err == nil && name != "" && e.Name != "":
		err = fmt.Errorf("line %d: its name stands before the colon; leave name out", node.Line)
	case err == nil && !nameable(cmp.Or(name, e.Name)):
		err = fmt.Errorf("line %d: %q is no name; it has 1 to 100 letters, digits or signs", node.Line, cmp.Or(name, e.Name))
	}
	own.Organisation = cmp.Or(name, e.Name)
	n := Named{Name: cmp.Or(own.Organisation, fmt.Sprintf("(line %d)", node.Line)), ID: e.ID}
	if err == nil {
		if own.Calendar, err = calendarOr(s.Path(), &e.Calendar, top.Calendar); err == nil {
			own.Network.CAFile = s.Env("WRAPCAST_CA_FILE", own.Network.CAFile)
			own.BusinessUnit = s.units(own.BusinessUnit)
			own.ClientID, err = s.plainOf(own.ClientID, "client_id")
		}
	}
	if err == nil {
		own.WriteClientID, err = s.plainOf(own.WriteClientID, "write_client_id")
	}
	if err == nil {
		err = cmp.Or(belongsAbove(own, top), own.Check())
	}
	n.Settings, n.Err = own, ofOrganisation(n.Name, err)
	return n
}

// explainNode says in one line, and in words of YAML, why a part of a file could not be decoded.
func explainNode(err error) error {
	if typed, ok := errors.AsType[*yaml.TypeError](err); ok && len(typed.Errors) > 0 {
		err = errors.New(typed.Errors[0])
	}
	return oneLine(errors.New(plainWords(strings.TrimPrefix(err.Error(), "yaml: "))))
}

// ofOrganisation names the organisation that an error is about; what it says to do stays.
func ofOrganisation(name string, err error) error {
	if err == nil {
		return nil
	}
	named := usage("organisation %s: %w", name, err)
	if hint := wrapcast.Hint(err); hint != "" {
		named = named.WithHint("%s", hint)
	}
	return named
}

func nameable(name string) bool {
	const longest = 100
	ok := name == strings.TrimSpace(name) && name != "" && len([]rune(name)) <= longest
	return ok && !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || !unicode.IsPrint(r) })
}

// calendarOr is the calendar of an organisation, that of all where it has none.
func calendarOr(file string, node *yaml.Node, otherwise *wrapcast.Calendar) (*wrapcast.Calendar, error) {
	own, err := calendarAt(file, node)
	return cmp.Or(own, otherwise), err
}

// belongsBelow refuses at the top what only one organisation can have.
func belongsBelow(top Settings) error {
	for _, k := range []struct{ key, value string }{{"client_id", top.ClientID},
		{"client_secret", string(top.ClientSecret)}, {"client_secret_file", top.ClientSecretFile},
		{"write_client_id", top.WriteClientID}, {"write_client_secret", string(top.WriteClientSecret)},
		{"write_client_secret_file", top.WriteClientSecretFile}} {
		if k.value != "" {
			return usage("%s stands at the top, and the settings have organisations:: whose is it?", k.key).
				WithHint("write it below the organisation whose it is")
		}
	}
	return nil
}

// belongsAbove refuses in an organisation what the installation has once.
func belongsAbove(own, top Settings) error {
	switch {
	case !reflect.DeepEqual(own.Serve, top.Serve):
		return errors.New("serve: is the server's, which is one for all: write it at the top")
	case own.Audit.KeyFile != top.Audit.KeyFile:
		return errors.New("audit.key_file is that of the data directory, which is one for all: write it at the top")
	}
	return nil
}

// tellApart refuses organisations that are the same by name or id: nobody knows which is meant, and neither goes on.
func tellApart(all []Named) {
	for i := range all {
		for j := range all {
			switch a, b := &all[i], all[j]; {
			case i == j:
			case strings.EqualFold(a.Name, b.Name):
				a.Err = cmp.Or(a.Err, ofOrganisation(a.Name, usage("two organisations have this name").
					WithHint("give each a name of its own")))
			case a.ID != "" && a.ID == b.ID:
				a.Err = cmp.Or(a.Err, ofOrganisation(a.Name, usage("%s has the same id, %s", b.Name, a.ID).
					WithHint("an organisation stands in the settings once; a schedule or business_unit tells its units apart")))
			}
		}
	}
}

// Client names the OAuth client that an organisation reads with, by its hosts and its id: those who have the same share
// its request budget; "" where there is none.
func (n Named) Client() string {
	c := n.Settings
	if c.ClientID == "" {
		return ""
	}
	return strings.Join([]string{c.Region, c.BaseURL, c.LoginURL, c.APIURL, c.ClientID}, " ")
}

// sharing says which organisations use one OAuth client, a sentence for each such client.
func sharing(all []Named) (remarks []string) {
	users := map[string][]string{}
	var order []string
	for _, o := range all {
		if client := o.Client(); client != "" {
			if users[client] == nil {
				order = append(order, client)
			}
			users[client] = append(users[client], o.Name)
		}
	}
	for _, client := range order {
		if names := users[client]; len(names) > 1 {
			remarks = append(remarks, strings.Join(names, " and ")+" use one OAuth client: they share its requests, and an "+
				"organisation that is met under two names is worked for under the first")
		}
	}
	return remarks
}

// Load reads the settings of the organisation that is chosen, or of the only one there is.
func (s Source) Load() (Settings, error) {
	all, err := s.All()
	if err != nil {
		return Settings{}, err
	}
	one, err := all.Choose(s.Organisation)
	return one.Settings, err
}

// All reads everything: file and environment, which wins where it can be meant. The settings of a single organisation
// have their mistake in it.
func (s Source) All() (Installation, error) {
	top := Defaults()
	node := yaml.Node{}
	if file := s.Path(); file != "" {
		if err := cmp.Or(s.checkFound(file), readFile(file, &top, &node)); err != nil {
			return Installation{}, err
		}
	}
	if node.IsZero() || node.Tag == "!!null" {
		s.readEnvironment(&top)
		top.BusinessUnit = s.units(top.BusinessUnit)
		var err error
		if top.ClientID, err = s.plainOf(top.ClientID, "client_id"); err == nil {
			top.WriteClientID, err = s.plainOf(top.WriteClientID, "write_client_id")
		}
		return Installation{Settings: top, Organisations: []Named{{Settings: top, Err: cmp.Or(err, top.Check())}}}, nil
	}
	top.Network.CAFile = s.Env("WRAPCAST_CA_FILE", top.Network.CAFile)
	all, err := s.organisationsOf(&node, top)
	if err != nil {
		return Installation{}, fileError(s.Path(), err)
	}
	return Installation{Settings: top, Organisations: all, Remarks: slices.Concat(s.withoutEffect(), sharing(all))},
		cmp.Or(top.Network.check(), top.Serve.check())
}

// units are the business units of the flag, else those of the settings.
func (s Source) units(otherwise Units) Units {
	if len(s.BusinessUnit) > 0 {
		return Units(wrapcast.ChooseUnits(s.BusinessUnit...))
	}
	return otherwise
}
