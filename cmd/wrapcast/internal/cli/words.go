package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wrapcast/wrapcast"
)

// The libraries that read the command line speak of arg(s), strconv and pflag. Here their errors become sentences that
// say what is wrong and what to do.

// longest is how many characters of what somebody typed an error repeats.
const longest = 80

// quoted is what somebody typed, cut where it is long.
func quoted(text string) string {
	if r := []rune(text); len(r) > longest {
		text = string(r[:longest]) + "…"
	}
	return strconv.Quote(text)
}

// wrongArguments says which argument is missing, or one too many.
func wrongArguments(c *cobra.Command, given []string, check cobra.PositionalArgs) error {
	if len(given) > 0 && c.HasAvailableSubCommands() && check(c, given[:1]) != nil {
		return noCommand(c, given[0])
	}
	const most = 5 // arguments that a command may need
	for n := 1; n <= most; n++ {
		if check(c, append(slices.Clone(given), make([]string, n)...)) == nil {
			return Usage("%s is missing", strings.Join(wantedArguments(c, len(given), n), " and ")).
				WithHint("%s", usageOf(c))
		}
	}
	fit := len(given) - 1
	for fit > 0 && check(c, given[:fit]) != nil {
		fit--
	}
	return Usage("%s is one argument too many", quoted(given[fit])).WithHint("%s", usageOf(c))
}

// wantedArguments are the names of a command's arguments after the first ones, as its usage has them: "merge A B" wants
// A and B.
func wantedArguments(c *cobra.Command, after, n int) []string {
	var names []string
	for _, word := range strings.Fields(c.Use)[1:] {
		if word = strings.Trim(word, "[]…."); word == strings.ToUpper(word) && word != "" {
			names = append(names, word)
		}
	}
	for len(names) < after+n {
		names = append(names, "an argument")
	}
	return names[after : after+n]
}

// usageOf is how a command is written, for a hint.
func usageOf(c *cobra.Command) string {
	line, _, _ := strings.Cut(c.UseLine(), " [flags]")
	return fmt.Sprintf("write %s; %s --help has examples", line, c.CommandPath())
}

func noCommand(c *cobra.Command, name string) error {
	err := Usage("there is no command %s", quoted(name))
	if c.HasParent() {
		err = Usage("there is no command %s in %s", quoted(name), c.CommandPath())
	}
	if near := c.SuggestionsFor(name); len(near) > 0 {
		return err.WithHint("did you mean %s? %s --help lists the commands", strings.Join(near, " or "), c.CommandPath())
	}
	return err.WithHint("%s --help lists the commands", c.CommandPath())
}

// FlagError says in plain words what is wrong with a flag of a command.
func FlagError(c *cobra.Command, err error) error {
	help := c.CommandPath() + " --help lists the flags"
	if wrong, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return noFlag(c, wrong, help)
	}
	if wrong, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		f := wrong.GetFlag()
		return Usage("--%s needs a value: %s", f.Name, valueOf(f)).WithHint("%s", help)
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return wrongValue(wrong.GetFlag(), wrong.GetValue(), errors.Unwrap(wrong)).WithHint("%s", help)
	}
	if wrong, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return Usage("%s is no flag", quoted(wrong.GetSpecifiedFlag())).WithHint("%s", help)
	}
	return Usage("%w", err).WithHint("%s", help)
}

func noFlag(c *cobra.Command, wrong *pflag.NotExistError, help string) error {
	if letters := wrong.GetSpecifiedShortnames(); letters != "" {
		return Usage("there is no flag %s", quoted("-"+letters)).
			WithHint("flags of several letters begin with two dashes; %s", help)
	}
	err := Usage("there is no flag %s", quoted("--"+wrong.GetSpecifiedName()))
	if near := nearFlag(c, wrong.GetSpecifiedName()); near != "" {
		return err.WithHint("did you mean --%s? %s", near, help)
	}
	return err.WithHint("%s", help)
}

// nearFlag is a flag of a command whose name begins as somebody wrote it, or goes on from it; "" where none does.
func nearFlag(c *cobra.Command, name string) (near string) {
	const least = 3 // letters that must be the same
	c.Flags().VisitAll(func(f *pflag.Flag) {
		same := 0
		for same < min(len(f.Name), len(name)) && f.Name[same] == name[same] {
			same++
		}
		if same >= least && same > len(near) && !f.Hidden && (same == len(name) || same == len(f.Name)) {
			near = f.Name
		}
	})
	return near
}

// valueOf is what a flag takes, in words: the name its help has for it, or its kind.
func valueOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int", "int64", "uint64":
		return "a whole number"
	case "float64":
		return "a number"
	case "bool":
		return "true or false"
	case "duration":
		return "a length of time such as 30s, 5m or 24h"
	}
	return strings.ReplaceAll(f.Usage, "`", "")
}

// wrongValue says what a flag takes. What our own kinds of values say for themselves is kept.
func wrongValue(f *pflag.Flag, value string, cause error) *wrapcast.Error {
	number, isNumber := errors.AsType[*strconv.NumError](cause)
	wanted := ""
	switch {
	case errors.Is(cause, strconv.ErrRange):
		return Usage("--%s is %s, which is beyond any that it can be", f.Name, quoted(value))
	case f.Value.Type() == "duration":
		wanted = valueOf(f)
	case isNumber: // one of several, or alone
		wanted = map[string]string{"ParseBool": "true or false", "ParseFloat": "a number",
			"ParseUint": "a whole number, 0 or more"}[number.Func]
		wanted = cmp.Or(wanted, "a whole number")
	case cause != nil:
		return Usage("--%s: %w", f.Name, cause)
	}
	if isNumber && number.Num != value {
		return Usage("--%s is %s, and %s is not %s", f.Name, quoted(value), quoted(number.Num), wanted)
	}
	return Usage("--%s is %s; it is %s", f.Name, quoted(value), cmp.Or(wanted, valueOf(f)))
}

// What cobra itself says of a command line, before any command of ours is asked.
var (
	unknownCommand = regexp.MustCompile(`^unknown command ("(?:[^"\\]|\\.)*") for `)
	missingFlags   = regexp.MustCompile(`^required flag\(s\) (.*) not set$`)
)

// Plain says in plain words what the library said of a command line; errors of ours stay as they are.
func Plain(c *cobra.Command, err error) error {
	if _, ours := errors.AsType[*wrapcast.Error](err); ours || err == nil || c == nil {
		return err
	}
	if m := unknownCommand.FindStringSubmatch(err.Error()); m != nil {
		name, _ := strconv.Unquote(m[1]) // the library quoted it
		return noCommand(c, name)
	}
	if m := missingFlags.FindStringSubmatch(err.Error()); m != nil {
		names := strings.Split(strings.Trim(m[1], `"`), `", "`)
		return Usage("--%s is missing", strings.Join(names, " and --")).WithHint("%s --help has examples", c.CommandPath())
	}
	return err
}

// message is the text of an error for people; what the machine says of a file is put in plain words.
func message(err error) string {
	text := err.Error()
	file, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return text
	}
	var plain string
	switch {
	case errors.Is(file.Err, fs.ErrNotExist):
		plain = "there is no file " + file.Path
	case errors.Is(file.Err, fs.ErrPermission):
		plain = file.Path + " may not be opened by this user"
	case errors.Is(file.Err, syscall.EISDIR):
		plain = file.Path + " is a directory"
	case errors.Is(file.Err, syscall.EINVAL), errors.Is(file.Err, syscall.ENAMETOOLONG):
		plain = quoted(file.Path) + " cannot be the name of a file"
	default:
		return text
	}
	return strings.Replace(text, file.Error(), plain, 1)
}

// Groups makes every command that only has others below it print its help, and refuse what is none of them.
func Groups(c *cobra.Command) {
	if !c.Runnable() && c.HasParent() {
		c.Args, c.RunE = Args(cobra.NoArgs), func(c *cobra.Command, _ []string) error { return c.Help() }
	}
	for _, sub := range c.Commands() {
		Groups(sub)
	}
}
