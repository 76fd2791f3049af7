package auditing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

func (cmd Audit) pack(organisation *string) *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "pack ID",
		Short: "Write all evidence of a plan or a forecast into one signed file",
		Long: `The pack of a plan or a forecast has all that is stored of how it came about: digests of its history, the counting
rule, lineage, calendar, masks, settings (no secrets), the version that made it, the backtest of each code,
overrides with what they did and, once days are over, whether that was worth it, the plan, the platform's ids, the
entries of the audit chain and their signed checkpoint. Anybody can check it: "wrapcast audit verify FILE", or docs/verify-pack.mjs.`,
		Example: "  wrapcast audit pack 0193c1d2-… --to plan.pack",
		Args:    cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			file, err := cmd.makePack(c.Context(), *organisation, given[0])
			if err != nil {
				return err
			}
			err = cmd.Out.WriteFile(to, func(w io.Writer) error { _, err := w.Write(file); return err })
			if err == nil && to != "-" && !cmd.Out.Quiet {
				fmt.Fprintf(cmd.Out.Err, "The evidence of %s is in %s\n", given[0], to)
			}
			return err
		},
	}
	c.Flags().StringVar(&to, "to", "", "`file` to write, - for standard output")
	_ = c.MarkFlagRequired("to")
	return c
}

// makePack makes the pack, and says where it has to go without the ledger of decisions: what cannot be worked out, or
// only by settings that there are not.
func (cmd Audit) makePack(ctx context.Context, organisation, id string) (file []byte, err error) {
	var without string
	err = cmd.Sessions.Offline(ctx, organisation, func(o session.Offline) error {
		file, without, err = reports.Evidence(ctx, o.WrapUpForecaster, o.Org, id, o.Spec, cmd.Sessions.Version)
		return err
	})
	if wrapcast.KindOf(err) == wrapcast.Usage {
		without = err.Error()
		err = cmd.Sessions.Stored(ctx, organisation, func(tx *store.Tx, org wrapcast.Organisation) (err error) {
			file, err = reports.MakePack(tx, org.ID, id, reports.PackOptions{Version: cmd.Sessions.Version,
				At: cmd.Sessions.Clock.Now()})
			return err
		})
	}
	if err == nil && without != "" {
		cmd.Out.Note("the pack is without the ledger of decisions: " + without)
	}
	return file, err
}

// packDocument is the JSON of a pack that was verified.
type packDocument struct {
	Schema      string        `json:"schema"`
	Valid       bool          `json:"valid"`
	About       audit.Subject `json:"about"`
	Key         string        `json:"key"`
	Fingerprint string        `json:"fingerprint"`
	// Trusted says that the key was compared with one that is trusted.
	Trusted bool            `json:"key_compared"`
	Things  int             `json:"things"`
	Bound   int             `json:"things_bound"`
	Unbound []audit.Subject `json:"things_without_digest"`
	Entries int             `json:"entries"`
	// Remade is the forecast made again, nil where nobody asked.
	Remade *steps.Remade `json:"recomputed,omitempty"`
}

// verifyPack checks an evidence pack, without anything else.
func (cmd Audit) verifyPack(ctx context.Context, path string, f verifyFlags) error {
	if f.file != "" || f.against != "" {
		return cli.Usage("--file and --against are for chains, not for a pack")
	}
	key, err := readPublicKey(f.key)
	if err != nil {
		return err
	}
	file, err := terminal.ReadFile(path)
	if err != nil {
		return err
	}
	p, err := audit.OpenPack(file, key)
	if err != nil {
		return err
	}
	var remade *steps.Remade
	if f.recompute {
		if remade, err = cmd.recompute(ctx, p.Pack); err != nil {
			return err
		}
	}
	if cmd.Out.JSON {
		err := cmd.Out.PrintJSON(packDocument{"wrapcast.pack-verification/1", true, p.Pack.About, p.Pack.Key, p.Fingerprint,
			key != "", len(p.Pack.Things), p.Bound, append([]audit.Subject{}, p.Unbound...), len(p.Pack.Chain), remade})
		return errors.Join(err, notTheSame(remade))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "The evidence of %s holds: %s are as %s of the audit chain have them.\n", p.Pack.About,
		show.Count(p.Bound, "thing", "things"), show.Count(len(p.Pack.Chain), "entry", "entries"))
	for _, s := range p.Unbound {
		fmt.Fprintf(&b, "  Note: %s is without a digest in the chain.\n", s)
	}
	b.WriteString(keyInWords(p.Fingerprint, key != ""))
	if remade != nil && remade.Same {
		fmt.Fprintf(&b, "The forecast %s was made again from the history here: the same, bit for bit.\n", remade.Forecast)
	}
	return errors.Join(cmd.Out.Print(b.String()), notTheSame(remade))
}

// notTheSame is the error of a forecast that comes out otherwise.
func notTheSame(r *steps.Remade) error {
	if r == nil || r.Same {
		return nil
	}
	why := "nothing is known to have changed since"
	if len(r.Changed) > 0 {
		why = "changed since: " + strings.Join(r.Changed, ", ")
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "audit verify", "the forecast %s does not come out the same; %s", r.Forecast, why).
		WithHint("codes that arrive late and decisions made since change the history; the pack itself holds")
}

// recompute makes the forecast of a pack again, from the history in the data directory.
func (cmd Audit) recompute(ctx context.Context, p audit.Pack) (*steps.Remade, error) {
	s, err := cmd.Sessions.Store(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	f := &steps.WrapUpForecaster{Store: s, Clock: cmd.Sessions.Clock, NewID: cmd.Sessions.NewID}
	var made wrapcast.Forecast
	var input string
	for _, t := range p.Things {
		switch document, _, _ := strings.Cut(t.Body, "\n"); t.Kind {
		case audit.KindForecast:
			err = errors.Join(err, json.Unmarshal([]byte(document), &made))
		case audit.KindInput:
			input = t.ID
		}
	}
	if err != nil {
		return nil, err
	}
	if input != "" {
		remade, err := f.Remake(ctx, made, wrapcast.ForecastID(input))
		return &remade, err
	}
	return nil, wrapcast.Errorf(wrapcast.NotFound, "audit verify", "the pack does not have what its forecast was made of").
		WithHint("forecasts keep it since evidence packs exist")
}
