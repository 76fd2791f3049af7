package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// simulateFlags describe a simulated organisation.
type simulateFlags struct {
	listen            string
	clientID, secret  string
	contacts          string
	scale             string
	reality           string
	fault             string
	seed              uint64
	requestsPerMinute int
	importDelay       time.Duration
	organisations     int
	kind              string
	permissions       string
	switches, units   []string
}

// simulateCommand serves a simulated organisation.
type simulateCommand struct {
	clock wrapcast.Clock
	out   *terminal.Terminal
}

func (cmd simulateCommand) command() *cobra.Command {
	var f simulateFlags
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Serve a simulated Genesys Cloud organisation",
		Long: `Serve a simulated Genesys Cloud organisation: login and API on one address, as strict as
the real one. Its demand follows figures measured on a city's contact centre; handle times
are synthetic. Point every other command at it with GENESYS_BASE_URL.

--fault orders faults, seeded, with commas between them:

  name[#first[-last]][@endpoint][=share[:parameter]]

such as 429=0.1,latency=0.5:200ms,503@aggregates/query=0.3,drop-after#1@shorttermforecasts/import.
Without an endpoint or a place, the acceptance of imports is spared. The faults, with what
their parameter is when none is given:

` + sim.FaultHelp() + `
--kind makes organisations that are not plain, several with commas:

` + sim.KindHelp() + `
--switch NAME=VALUE decides what no public source says of the platform:

` + sim.SwitchHelp(),
		Example: `  wrapcast simulate --client-id demo --client-secret secret &
  export GENESYS_BASE_URL=http://127.0.0.1:8089 GENESYS_CLIENT_ID=demo GENESYS_CLIENT_SECRET=secret
  wrapcast run`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.simulate(c.Context(), f) },
	}
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:0", "`address` to listen on; port 0 takes a free one")
	c.Flags().StringVar(&f.clientID, "client-id", "", "id of the OAuth client (default: made up from the seed)")
	c.Flags().StringVar(&f.secret, "client-secret", "", "secret of the OAuth client (default: made up from the seed)")
	c.Flags().DurationVar(&f.importDelay, "import-delay", 0, "how long an import takes (default 2s)")
	c.Flags().StringVar(&f.kind, "kind", "", "`kinds` of organisation, with commas (default plain)")
	c.Flags().StringArrayVar(&f.switches, "switch", nil, "a `name=value` of the platform's open points; repeatable")
	c.Flags().StringVar(&f.permissions, "permissions", "", "what the client's role grants, with commas: `permissions`, or\n"+
		"changes to the usual ones such as +routing:queue:search,-wfm:*; none is none")
	c.Flags().StringArrayVar(&f.units, "unit", nil, "a business unit `NAME=TIME/ZONE,WEEKDAY`; repeatable")
	c.Flags().IntVar(&f.organisations, "organisations", 1,
		"how many organisations share the address, one client each; --json lists them")
	f.register(c)
	return c
}

// register adds the flags that simulate and demo share.
func (f *simulateFlags) register(c *cobra.Command) {
	l := c.Flags()
	l.StringVar(&f.contacts, "contacts", "", "replay a contact log, a CSV `file` with opened_at_local,department,case_type,source")
	l.StringVar(&f.scale, "scale", "S", "size of the organisation: XS (3 queues, 6 codes, 60 days), S (17 queues, 158 codes, 120,000 contacts a year),\n"+
		"M (1,000 agents, 150 queues, 80 codes, 40,000 contacts a day) or L (5,000 agents, 600 queues, 200 codes, 200,000 a day)")
	l.StringVar(&f.reality, "reality", "full",
		"what happens to contacts and codes beyond what was measured: plain (nothing) or full (transfers,\n"+
			"late and revised codes, codes that begin, end and merge, an outage, closed nights); a replay has none")
	l.StringVar(&f.fault, "fault", "", "faults to order, such as 429=0.1,503=0.05,drop=0.02 (wrapcast simulate --help lists them)")
	l.Uint64Var(&f.seed, "seed", 1, "seed of the random numbers")
	l.IntVar(&f.requestsPerMinute, "rate-limit", 0, "requests a minute per token (default 300)")
}

// options turns flags into the simulator's; for a replay its clock stands at the log's end.
func (f simulateFlags) options(clock wrapcast.Clock) (sim.Options, error) {
	o := sim.Options{Seed: f.seed, ClientID: f.clientID, ClientSecret: f.secret, RequestsPerMinute: f.requestsPerMinute,
		ImportDelay: f.importDelay, Algorithms: append([]string{forecast.Auto}, forecast.Names()...)}
	switch f.scale {
	case "S":
	case "XS":
		o = o.Small()
	case "M":
		o.Size = sim.SizeM()
	case "L":
		o.Size = sim.SizeL()
	default:
		return o, cli.Usage("--scale is %q", f.scale).WithHint("it is XS, S, M or L")
	}
	switch f.reality {
	case "plain":
	case "full":
		o.Disturbances = sim.FullDisturbances()
	default:
		return o, cli.Usage("--reality is %q", f.reality).WithHint("it is plain or full")
	}
	var err error
	if o.Faults, err = sim.ParseFaults(f.fault); err != nil {
		return o, err
	}
	if err := f.behave(&o); err != nil {
		return o, err
	}
	if f.contacts != "" {
		if o.Log, err = readContacts(f.contacts); err != nil {
			return o, err
		}
		clock = clock.At(o.Log.Noon())
	}
	o.Clock = clock
	return o, nil
}

// behave sets what kind of organisation it is, and the platform's open points.
func (f simulateFlags) behave(o *sim.Options) (err error) {
	if o.Kinds, err = sim.ParseKinds(f.kind); err != nil {
		return err
	}
	if f.permissions != "" {
		if o.Permissions, err = sim.ParsePermissions(f.permissions); err != nil {
			return err
		}
	}
	for _, text := range f.switches {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return cli.Usage("--switch is %q", text).WithHint("it is NAME=VALUE; wrapcast simulate --help lists the names")
		}
		if err := o.Switches.Set(name, value); err != nil {
			return err
		}
	}
	for _, text := range f.units {
		u, err := sim.ParseUnit(text)
		if err != nil {
			return err
		}
		o.Units = append(o.Units, u)
	}
	return nil
}

func readContacts(path string) (*sim.Log, error) {
	file, err := terminal.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	log, err := sim.ReadLog(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return log, nil
}

// simulatorDocument is the line `simulate --json` prints before it serves. Its first part is about the first
// organisation.
type simulatorDocument struct {
	Schema  string `json:"schema"`
	BaseURL string `json:"base_url"`
	simulatedOrganisation
	Now           time.Time               `json:"now"`
	Organisations []simulatedOrganisation `json:"organisations"`
}

type simulatedOrganisation struct {
	ClientID         string                  `json:"client_id"`
	ClientSecret     string                  `json:"client_secret"`
	OrganisationID   wrapcast.OrganisationID `json:"organisation_id"`
	OrganisationName string                  `json:"organisation_name"`
	BusinessUnitID   wrapcast.BusinessUnitID `json:"business_unit_id"`
	BusinessUnitName string                  `json:"business_unit_name"`
	TimeZone         string                  `json:"time_zone"`
	WeekStart        string                  `json:"week_start"`
	HistoryFrom      wrapcast.Date           `json:"history_from"`
	BusinessUnits    []simulatedUnit         `json:"business_units"`
}

// simulatedUnit is a business unit; those of the organisation above are the first one's.
type simulatedUnit struct {
	ID             wrapcast.BusinessUnitID `json:"id"`
	Name           string                  `json:"name"`
	TimeZone       string                  `json:"time_zone"`
	WeekStart      string                  `json:"week_start"`
	PlanningGroups int                     `json:"planning_groups"`
}

func (cmd simulateCommand) simulate(ctx context.Context, f simulateFlags) error {
	o, err := f.options(cmd.clock)
	if err != nil {
		return err
	}
	servers, err := organisations(o, f.organisations)
	if err != nil {
		return err
	}
	region, err := sim.NewRegion(servers...)
	if err != nil {
		return err
	}
	defer region.Close()
	listener, err := listen(ctx, f.listen)
	if err != nil {
		return err
	}
	if err := cmd.announce(servers, listener.Addr()); err != nil {
		return err
	}
	return serve(ctx, listener, region)
}

// maxOrganisations is how many one process takes.
const maxOrganisations = 100

// organisations makes several of a kind, each with a seed, a name and a client of its own.
func organisations(o sim.Options, n int) ([]*sim.Server, error) {
	if n < 1 || n > maxOrganisations {
		return nil, cli.Usage("--organisations is %d", n).WithHint("it is 1 to %d", maxOrganisations)
	}
	if n > 1 && (o.ClientID != "" || o.ClientSecret != "" || o.Log != nil) {
		return nil, cli.Usage("--organisations makes up a client of each and replays no log").
			WithHint("leave out --client-id, --client-secret and --contacts; --json lists the clients")
	}
	var servers []*sim.Server
	for i := range n {
		own := o
		if n > 1 {
			own.Seed, own.Name, own.Remembered = o.Seed+uint64(i), fmt.Sprintf("Simulated organisation %d",
				i+1), contactsRemembered/n
		}
		server, err := sim.New(own)
		if err != nil {
			return nil, err
		}
		servers = append(servers, server)
	}
	return servers, nil
}

// contactsRemembered is shared out among the organisations of a process.
const contactsRemembered = 1_200_000

func describeServer(server *sim.Server) simulatedOrganisation {
	d := server.Directory()
	o := simulatedOrganisation{ClientID: server.ClientID(), ClientSecret: server.ClientSecret(),
		OrganisationID: d.Organisation.ID, OrganisationName: d.Organisation.Name, HistoryFrom: server.Start(),
		BusinessUnits: []simulatedUnit{}}
	for _, d := range server.Directories() {
		o.BusinessUnits = append(o.BusinessUnits, simulatedUnit{d.BusinessUnit.ID, d.BusinessUnit.Name,
			d.BusinessUnit.TimeZone, d.BusinessUnit.WeekStart.String(), len(d.PlanningGroups)})
	}
	if len(o.BusinessUnits) > 0 {
		u := o.BusinessUnits[0]
		o.BusinessUnitID, o.BusinessUnitName, o.TimeZone, o.WeekStart = u.ID, u.Name, u.TimeZone, u.WeekStart
	}
	return o
}

// announce says how to reach the simulator.
func (cmd simulateCommand) announce(servers []*sim.Server, at net.Addr) error {
	doc := simulatorDocument{Schema: "wrapcast.simulator/1", BaseURL: "http://" + at.String(),
		simulatedOrganisation: describeServer(servers[0]), Now: cmd.clock.Now()}
	for _, s := range servers {
		doc.Organisations = append(doc.Organisations, describeServer(s))
	}
	if cmd.out.JSON {
		return cmd.out.PrintLine(doc)
	}
	_, err := fmt.Fprintf(cmd.out.Out, `%s: a simulated Genesys Cloud organisation. Its handle times are synthetic.

  export GENESYS_BASE_URL=%s
  export GENESYS_CLIENT_ID=%s
  export GENESYS_CLIENT_SECRET=%s

%sContacts since %s; it is %s there. Press Ctrl+C to stop.
`, doc.OrganisationName, doc.BaseURL, doc.ClientID, doc.ClientSecret,
		describeUnits(doc.BusinessUnits), doc.HistoryFrom, doc.Now.Format(time.RFC1123))
	if err == nil && len(servers) > 1 {
		return cmd.listOrganisations(doc.Organisations)
	}
	return err
}

// describeUnits says a line of each business unit.
func describeUnits(units []simulatedUnit) string {
	if len(units) == 0 {
		return "No business unit.\n"
	}
	var b strings.Builder
	for _, u := range units {
		fmt.Fprintf(&b, "Business unit %s (%s), %s; weeks begin on %s.\n", u.Name, u.ID, u.TimeZone, u.WeekStart)
	}
	return b.String()
}

// listOrganisations names the clients of all of them.
func (cmd simulateCommand) listOrganisations(all []simulatedOrganisation) error {
	_, err := fmt.Fprintf(cmd.out.Out, "\nThe same address serves %d organisations:\n\n", len(all))
	for _, o := range all {
		if err == nil {
			_, err = fmt.Fprintf(cmd.out.Out, "  %-28s %s  %s\n", o.OrganisationName, o.ClientID, o.ClientSecret)
		}
	}
	return err
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, cli.Usage("cannot listen on %s: %w", address,
			err).WithHint("choose a free address, such as 127.0.0.1:0")
	}
	return l, nil
}

// serve answers until ctx is done; an interrupted server has ended well.
func serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	}
	return nil
}
