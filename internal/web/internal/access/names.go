package access

import (
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
)

// ownNames are those by which the audit trail calls wrapcast itself, and what could be taken for it.
func ownNames() []string {
	return []string{localActor, "cli", "schedule", "schedules", "settings", "stored", "token", "tokens",
		"user", "system", "installation", "wrapcast", "service", "worker", "serve", "run", "demo", "anonymous",
		"nobody", "anyone", "everyone", "none", "null", "undefined"}
}

// ownWords begin names of that kind: "token bi" is how the trail calls the token "bi".
func ownWords() []string { return []string{"token", "user", "wrapcast", "system", "installation"} }

// CheckName returns a name as it may be given to a user or a token. It refuses one that wrapcast uses for itself or
// that looks like it, and characters that cannot be seen. What is "user" or "token".
func CheckName(what, name string) (string, error) {
	name = strings.TrimSpace(name)
	if strings.ContainsFunc(name, plain.Unseen) || plain.Visible(name) != name {
		return "", wrapcast.Errorf(wrapcast.Usage, "", "the name of a %s holds characters that cannot be seen: %q", what,
			plain.Visible(name)).WithHint("write it with letters, digits, spaces and signs alone")
	}
	if plain.Skeleton(name) == "" {
		return "", wrapcast.Errorf(wrapcast.Usage, "", "a %s needs a name with a letter or a digit", what)
	}
	if IsOwnName(name) {
		return "", wrapcast.Errorf(wrapcast.Usage, "", "%q is a name that wrapcast uses for itself, or looks like one",
			name).WithHint("choose another; the audit trail must tell who did what")
	}
	return name, nil
}

// IsOwnName reports whether a name is one wrapcast uses for itself, or cannot be told from one by case, width, spaces,
// letters of other scripts, or what is not seen.
func IsOwnName(name string) bool {
	if slices.Contains(ownNames(), plain.Skeleton(name)) {
		return true
	}
	words := strings.FieldsFunc(plain.Name(name), func(r rune) bool { return strings.ContainsRune(" :/-_.,;|+#", r) })
	return len(words) > 1 && slices.Contains(ownWords(), plain.Skeleton(words[0]))
}

// Remarks are sentences about accounts and tokens that were made before today's rules: names of ours, and tokens whose
// maker has no account any more.
func Remarks(accounts []wrapcast.Account, tokens []wrapcast.Token, now time.Time) (remarks []string) {
	named := map[string]bool{localActor: true, "": true}
	for _, a := range accounts {
		named[a.Name] = true
		if IsOwnName(a.Name) {
			remarks = append(remarks, "a user is called "+a.Name+", as wrapcast calls itself or almost: "+
				"add one of another name and remove this one")
		}
	}
	for _, t := range tokens {
		switch {
		case !t.Active(now):
		case IsOwnName(t.Name):
			remarks = append(remarks, "a token is called "+t.Name+", as wrapcast calls itself or almost: "+
				"make one of another name and revoke this one")
		case t.Owner == "" && !named[t.Author] && !strings.HasPrefix(t.Author, tokenKind):
			remarks = append(remarks, "the token "+t.Name+" was made by "+t.Author+", who has no account: "+
				"it belongs to the installation and stays until it is revoked")
		}
	}
	return remarks
}
