package auditing

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/store"
)

// verifyFlags say what is verified, and what it is held against.
type verifyFlags struct {
	file, against, key string
	// recompute makes the forecast of a pack again.
	recompute bool
}

func (cmd Audit) verifyCommand(organisation *string) *cobra.Command {
	var f verifyFlags
	c := &cobra.Command{
		Use:   "verify [PACK]",
		Short: "Check that nobody changed, removed or reordered anything",
		Long: `Recompute the chain of hashes, compare what is stored (forecasts, plans, submissions, decisions,
history, settings) with the digests its entries have, and check the signed checkpoints. Whatever was
changed, deleted or added is named, and the exit code is 3. Without --organisation all chains are
checked, the installation's too.

Whoever can write the data directory and read its key can make everything anew, or put back an old
copy: only what was kept elsewhere shows that. Pass it with --against: a file with a checkpoint, or the
directory that audit.checkpoint_dir names.

With the file of an evidence pack ("wrapcast audit pack") that file is checked, without data directory and
settings.`,
		Example: `  wrapcast audit verify
  wrapcast audit verify --against /mnt/elsewhere/checkpoints --key audit.pub
  wrapcast audit verify --file audit.jsonl --against checkpoint.txt
  wrapcast audit verify plan.pack --key audit.pub`,
		Args: cli.Args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			if len(given) == 1 {
				return cmd.verifyPack(c.Context(), given[0], f)
			}
			if f.recompute {
				return cli.Usage("--recompute needs the file of an evidence pack")
			}
			return cmd.verify(c.Context(), *organisation, f)
		},
	}
	c.Flags().StringVar(&f.file, "file", "", "an exported `file` instead of the data directory")
	c.Flags().StringVar(&f.against, "against", "", "`file` with an earlier checkpoint, or a directory of them")
	c.Flags().StringVar(&f.key, "key", "", "`file` with the public key you trust")
	c.Flags().BoolVar(&f.recompute, "recompute", false, "make the forecast of a PACK again from the history in the data directory")
	return c
}

func (cmd Audit) verify(ctx context.Context, organisation string, f verifyFlags) error {
	against, err := readCheckpoints(f.against)
	if err != nil {
		return err
	}
	key, err := readPublicKey(f.key)
	if err != nil {
		return err
	}
	if f.file != "" {
		return cmd.verifyFile(f.file, against, key)
	}
	checks, err := cmd.checkChains(ctx, organisation, against, key)
	if err != nil {
		return err
	}
	return cmd.tellChecks(checks, key != "")
}

// checkChains checks the chain that is named, or all.
func (cmd Audit) checkChains(ctx context.Context, organisation string, against []audit.Seen,
	key string) (checks []reports.ChainCheck, err error) {
	check := func(tx *store.Tx, org wrapcast.OrganisationID) error {
		c, err := reports.CheckChain(tx, org, reports.CheckOptions{Against: of(org, against), Key: key})
		checks = append(checks, c)
		return err
	}
	if organisation != "" {
		return checks, cmd.withChain(ctx, organisation, func(tx *store.Tx, org wrapcast.OrganisationID, _ int64) error {
			return check(tx, org)
		})
	}
	err = cmd.Sessions.StoredAll(ctx, func(tx *store.Tx) error {
		chains, err := reports.Chains(tx)
		if err != nil {
			return err
		}
		for _, org := range chains {
			if err := check(tx, org.ID); err != nil {
				return err
			}
		}
		return unknownChains(against, chains)
	})
	if err == nil && len(checks) == 0 {
		return nil, cmd.withChain(ctx, "", nil) // it says that nothing is stored
	}
	return checks, err
}

// of are the checkpoints of one organisation; all where there is one alone.
func of(org wrapcast.OrganisationID, all []audit.Seen) (own []audit.Seen) {
	for _, seen := range all {
		if seen.Organisation == org || len(all) == 1 && org != wrapcast.Installation {
			own = append(own, seen)
		}
	}
	return own
}

// unknownChains refuses checkpoints of chains that are not stored: whole chains were removed.
func unknownChains(against []audit.Seen, chains []wrapcast.Organisation) error {
	if len(against) == 1 && len(chains) > 0 && against[0].Organisation != wrapcast.Installation {
		return nil // it is held against every chain
	}
	for _, seen := range against {
		known := false
		for _, org := range chains {
			known = known || org.ID == seen.Organisation
		}
		if !known {
			return wrapcast.Errorf(wrapcast.InvalidData, "audit.Verify",
				"%s is a checkpoint of the chain of %q, and no such chain is stored", seen.Where, seen.Organisation)
		}
	}
	return nil
}

// verificationSchema names the JSON of a verification.
const verificationSchema = "wrapcast.audit-verification/1"

// verification is the JSON of a verification: the figures of the first organisation's chain, and every chain.
type verification struct {
	Schema     string               `json:"schema"`
	Valid      bool                 `json:"valid"`
	Entries    int64                `json:"entries"`
	Hash       string               `json:"hash"`
	Checkpoint string               `json:"checkpoint"`
	Chains     []reports.ChainCheck `json:"chains"`
}

// tellChecks tells what was found, and returns the error of what does not hold.
func (cmd Audit) tellChecks(checks []reports.ChainCheck, trusted bool) error {
	v := verification{Schema: verificationSchema, Valid: true, Entries: checks[0].Entries, Hash: checks[0].Hash,
		Checkpoint: checks[0].Checkpoint, Chains: checks}
	var problems []string
	for _, c := range checks {
		v.Valid = v.Valid && c.Valid
		for _, p := range c.Problems {
			if len(checks) > 1 {
				p.What = string(c.Organisation) + ", " + p.What
			}
			problems = append(problems, p.String())
		}
	}
	var err error
	if cmd.Out.JSON {
		err = cmd.Out.PrintJSON(v)
	} else {
		err = cmd.Out.Print(checksInWords(checks, trusted))
	}
	if err != nil || v.Valid {
		return err
	}
	return doesNotHold(problems)
}

func doesNotHold(problems []string) error {
	const shown = 12
	more := ""
	if n := len(problems) - shown; n > 0 {
		problems, more = problems[:shown], fmt.Sprintf("; and %d more", n)
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "audit.Verify", "%s%s", strings.Join(problems, "; "), more).
		WithHint("keep this copy as it is and compare it with an earlier export or backup")
}

// checksInWords are the chains for people: the organisations' last, whose checkpoint is what they keep.
func checksInWords(checks []reports.ChainCheck, trusted bool) string {
	var b strings.Builder
	for i := len(checks) - 1; i >= 0; i-- {
		c := checks[i]
		if len(checks) > 1 {
			fmt.Fprintf(&b, "%s: ", c.Organisation)
		}
		verdict := "unchanged"
		if !c.Valid {
			verdict = show.Count(len(c.Problems), "problem", "problems")
		}
		fmt.Fprintf(&b, "%s, %s. ", show.Count(int(c.Entries), "entry", "entries"), verdict)
		fmt.Fprintf(&b, "%s and %s are as the chain has them; %s.\n", show.Count(c.Compared, "thing", "things"),
			show.Count(c.HistoryDays, "day of history", "days of history"),
			show.Count(c.Checkpoints, "signed checkpoint", "signed checkpoints"))
		for _, p := range c.Problems {
			fmt.Fprintf(&b, "  %s\n", p)
		}
		for _, n := range c.Notes {
			fmt.Fprintf(&b, "  Note: %s.\n", n)
		}
		b.WriteString(keyInWords(c.Fingerprint, trusted))
		if c.Valid {
			fmt.Fprintf(&b, "Checkpoint:\n\n%s", c.Checkpoint)
		}
		if i > 0 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

// keyInWords names the key that signs, and says whether it was compared with a trusted one.
func keyInWords(fingerprint string, trusted bool) string {
	switch {
	case fingerprint == "":
		return "Nothing is signed yet.\n"
	case trusted:
		return "Key " + fingerprint + ".\n"
	}
	return "Key " + fingerprint + ", not compared with a key you trust (--key FILE).\n"
}

// readCheckpoints reads earlier checkpoints, signed or not: a file with one, or a directory of them.
func readCheckpoints(path string) ([]audit.Seen, error) {
	if path == "" {
		return nil, nil
	}
	files := []string{path}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(path, "*"+terminal.CheckpointEnding)); err == nil && len(files) == 0 {
			err = fmt.Errorf("%s has no checkpoint (*%s)", path, terminal.CheckpointEnding)
		}
	}
	if err != nil {
		return nil, cli.Usage("%w", err).WithHint("--against takes the file with what `wrapcast audit verify` or `wrapcast audit " +
			"checkpoint` printed earlier, or the directory of audit.checkpoint_dir")
	}
	var all []audit.Seen
	for _, file := range files {
		text, err := terminal.ReadFile(file)
		if err != nil {
			return nil, err
		}
		seen, err := audit.ParseSeen(file, string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, seen)
	}
	return all, nil
}

// readPublicKey reads a public key from a file; "" where none is named.
func readPublicKey(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := terminal.ReadFile(path)
	if err != nil {
		return "", err
	}
	return audit.ParsePublicKey(string(text))
}

// verifyFile verifies an exported chain: its hashes, and what earlier checkpoints saw of it.
func (cmd Audit) verifyFile(path string, against []audit.Seen, key string) error {
	f, err := terminal.OpenFile(path)
	if err != nil {
		return err
	}
	defer f.Close()
	said := audit.NewSaid()
	said.Expect(nil, against)
	end, err := audit.Verify(said.Take(audit.Read(f)))
	if err != nil {
		return err
	}
	said.CheckAgainst(against)
	if key != "" && said.Key() != key {
		said.Problem("the key", "the chain is not signed by the key you trust, %s", audit.Fingerprint(key))
	}
	c := reports.ChainCheck{Organisation: end.Organisation, Valid: true, Entries: end.Seq, Hash: end.Hash,
		Checkpoint: end.String(), Key: said.Key(), Problems: []audit.Problem{}, WithoutDigests: said.WithoutDigests,
		Notes: []string{"a file has no documents: whether they are as the chain says is checked in the data directory"}}
	if c.Key != "" {
		c.Fingerprint = audit.Fingerprint(c.Key)
	}
	c.Problems = append(c.Problems, said.ProblemsOfChain()...)
	c.Valid = len(c.Problems) == 0
	return cmd.tellChecks([]reports.ChainCheck{c}, key != "")
}
