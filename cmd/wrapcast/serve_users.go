package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
)

// userCommand says who may log in to the dashboard.
type userCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd userCommand) command() *cobra.Command {
	c := &cobra.Command{
		Use:   "user",
		Short: "Manage the users who may log in",
		Long: `Manage the users who may log in to the dashboard and the API. The first user must be an admin: from then on
everybody has to log in. Users are disabled and removed in the dashboard's settings.`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(cmd.userAdd(), cmd.userChange(), cmd.userPassword(), cmd.userList())
	return c
}

const passwordAbout = `

The password is generated and printed once, or read from the first line of standard input with --password-stdin.`

func (cmd userCommand) userAdd() *cobra.Command {
	var role string
	var organisations []string
	var stdin bool
	c := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a user",
		Long: "Add a user who logs in with a password. The role is that in all organisations, or with --organisation in " +
			"those alone; with ORGANISATION=ROLE each has its own." + passwordAbout,
		Example: "  wrapcast serve user add wendy --role admin\n" +
			"  wrapcast serve user add paul --role planner --organisation Boston --organisation Lyon=viewer",
		Args: cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.withPassword(c.Context(), stdin, given[0], func(s *web.Server, password string) error {
				everywhere, in := granted(wrapcast.Role(role), organisations)
				_, err := s.AddUser(c.Context(), given[0], everywhere, password, cli.Login(), in...)
				return err
			})
		},
	}
	c.Flags().StringVar(&role, "role", string(wrapcast.RoleAdmin), "viewer, planner, publisher or admin")
	grantFlag(c, &organisations)
	c.Flags().BoolVar(&stdin, "password-stdin", false, "read the password from standard input")
	return c
}

// grantFlag lets c bind roles to organisations.
func grantFlag(c *cobra.Command, to *[]string) {
	c.Flags().StringArrayVar(to, "organisation", nil,
		"an organisation, by id or name, in which alone the role holds; ORGANISATION=ROLE for another role there")
}

func (cmd userCommand) userChange() *cobra.Command {
	var role string
	var organisations []string
	c := &cobra.Command{
		Use:   "change NAME",
		Short: "Change what a user may do, and where",
		Long: "Change the role of a user, and the organisations it holds in: all of them, or with --organisation those " +
			"alone; with ORGANISATION=ROLE each has its own. What is given stands in the place of all that the user had. " +
			"The sessions of the user end.",
		Example: "  wrapcast serve user change wendy --role publisher\n" +
			"  wrapcast serve user change paul --organisation Boston=planner --organisation Lyon=viewer",
		Args: cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			everywhere, in := granted(wrapcast.Role(role), organisations)
			if role == "" && (len(in) == 0 || slices.ContainsFunc(in, func(g wrapcast.Grant) bool { return g.Role == "" })) {
				return cli.Usage("%s: no role is given", given[0]).
					WithHint("--role planner gives one in all organisations, --organisation Boston=planner in one")
			}
			return cmd.withAccounts(c.Context(), func(s *web.Server, _ *store.Store) error {
				a, err := s.SetRights(c.Context(), given[0], everywhere, cli.Login(), in...)
				if err != nil {
					return err
				}
				if cmd.out.JSON {
					return cmd.out.PrintJSON(map[string]any{"schema": "wrapcast.user/1", "user": documentOf(a)})
				}
				return cmd.out.Say("%s is %s now; the sessions of before have ended", a.Name, rolesOf(a))
			})
		},
	}
	c.Flags().StringVar(&role, "role", "", "viewer, planner, publisher or admin")
	grantFlag(c, &organisations)
	return c
}

// granted is a role in all organisations, or where some are named in those alone.
func granted(role wrapcast.Role, organisations []string) (everywhere wrapcast.Role, in []wrapcast.Grant) {
	if len(organisations) == 0 {
		return role, nil
	}
	for _, named := range organisations {
		org, own := named, role
		if i := strings.LastIndex(named, "="); i >= 0 {
			org, own = named[:i], wrapcast.Role(named[i+1:])
		}
		in = append(in, wrapcast.Grant{Organisation: wrapcast.OrganisationID(org), Role: own})
	}
	return "", in
}

func (cmd userCommand) userPassword() *cobra.Command {
	var stdin bool
	c := &cobra.Command{
		Use:     "password NAME",
		Short:   "Set a user's password",
		Long:    "Set a user's password. All sessions of the user end." + passwordAbout,
		Example: "  wrapcast serve user password wendy",
		Args:    cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.withPassword(c.Context(), stdin, given[0], func(s *web.Server, password string) error {
				return s.SetPassword(c.Context(), given[0], password, cli.Login())
			})
		},
	}
	c.Flags().BoolVar(&stdin, "password-stdin", false, "read the password from standard input")
	return c
}

// withPassword gives work the password that stands on standard input, or one made up, which is printed once it is kept.
func (cmd userCommand) withPassword(ctx context.Context, stdin bool, name string,
	work func(*web.Server, string) error) error {
	password := rand.Text()
	if stdin {
		line, err := bufio.NewReader(cmd.out.In).ReadString('\n')
		if password = strings.TrimRight(line, "\r\n"); password == "" {
			return cli.Usage("there is no password on standard input: %w", err)
		}
	}
	err := cmd.withAccounts(ctx, func(s *web.Server, _ *store.Store) error { return work(s, password) })
	if err != nil || stdin {
		return err
	}
	const text = "%s logs in with the password %s\nIt is shown only once; it can be changed in the dashboard."
	if cmd.out.Quiet && !cmd.out.JSON { // nobody could log in with what nobody is told
		return cmd.out.Printf("%s\n", password)
	}
	return cmd.out.Say(text, name, password)
}

func (cmd userCommand) withAccounts(ctx context.Context, work func(*web.Server, *store.Store) error) error {
	db, err := cmd.sessions.Store(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	server, err := web.New(web.Config{Store: db, Clock: cmd.sessions.Clock, NewID: cmd.sessions.NewID,
		Version: programVersion()})
	if err != nil {
		return err
	}
	return work(server, db)
}

// userDocument is one user of `serve user list --json`.
type userDocument struct {
	Name string `json:"name"`
	// Role is that in all organisations; "" where there are roles in single ones only.
	Role          wrapcast.Role    `json:"role"`
	Organisations []wrapcast.Grant `json:"organisations,omitempty"`
	// ByGroups is what groups of the identity provider give beside, as of the last login.
	ByGroups *groupDocument `json:"by_groups,omitempty"`
	Disabled bool           `json:"disabled"`
}

// groupDocument is what groups give a user.
type groupDocument struct {
	Groups        []string         `json:"groups"`
	Role          wrapcast.Role    `json:"role"`
	Organisations []wrapcast.Grant `json:"organisations,omitempty"`
}

func documentOf(u wrapcast.Account) userDocument {
	d := userDocument{Name: u.Name, Role: u.Role, Organisations: u.Grants, Disabled: u.Disabled}
	if by := u.ByGroups; len(by.Groups) > 0 {
		d.ByGroups = &groupDocument{by.Groups, by.Role, by.Grants}
	}
	return d
}

func (cmd userCommand) userList() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List users",
		Example: "  wrapcast serve user list",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return cmd.withAccounts(c.Context(), func(_ *web.Server, db *store.Store) error {
				var all []wrapcast.Account
				err := db.View(c.Context(), func(tx *store.Tx) (err error) {
					all, err = tx.Access().Accounts()
					return err
				})
				if err != nil {
					return err
				}
				return cmd.showUsers(all)
			})
		},
	}
}

// rolesOf are the roles of a user in words: "planner", "viewer in ID", "by groups: admin in ID".
func rolesOf(u wrapcast.Account) string {
	all := strings.Join(rolesIn(wrapcast.Rights{Role: u.Role, Grants: u.Grants}), ", ")
	if by := rolesIn(u.ByGroups.Rights); len(by) > 0 {
		all = strings.TrimPrefix(all+"; by groups: "+strings.Join(by, ", "), "; ")
	}
	return all
}

func rolesIn(r wrapcast.Rights) (roles []string) {
	if r.Role != "" {
		roles = append(roles, string(r.Role))
	}
	for _, g := range r.Grants {
		roles = append(roles, string(g.Role)+" in "+string(g.Organisation))
	}
	return roles
}

func (cmd userCommand) showUsers(all []wrapcast.Account) error {
	if cmd.out.JSON {
		users := []userDocument{}
		for _, u := range all {
			users = append(users, documentOf(u))
		}
		return cmd.out.PrintJSON(map[string]any{"schema": "wrapcast.users/1", "users": users})
	}
	if len(all) == 0 {
		return cmd.out.Say("No user accounts: only this machine can connect.")
	}
	t := cmd.out.Page().Table("name", "role", "state")
	for _, u := range all {
		state := "may log in"
		if u.Disabled {
			state = "disabled"
		}
		t.Row(u.Name, rolesOf(u), state)
	}
	return cmd.out.Say("%s", t.String())
}
