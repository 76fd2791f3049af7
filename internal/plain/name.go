package plain

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Name is the form in which names are compared and logged in with: one width, lower case, single spaces, nothing
// unseen. Names that people cannot tell apart by case, width or what is not seen have the same one.
func Name(s string) string {
	s = strings.Map(func(r rune) rune {
		if Unseen(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Variation_Selector, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
	s = norm.NFKC.String(strings.ToLower(strings.ToUpper(norm.NFKC.String(s))))
	return strings.Join(strings.Fields(s), " ")
}

// Skeleton is the name with letters of other scripts as the Latin ones they look like, and letters and digits alone.
func Skeleton(s string) string {
	return strings.Map(func(r rune) rune {
		if latin := looksLike(r); latin != 0 {
			return latin
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, Name(s))
}

// looksLike is the Latin letter that one of Cyrillic or Greek is mistaken for, 0 where there is none.
func looksLike(r rune) rune {
	const others, same = "асеіӏорѕхукмтнвԁԛԝјοαικνρτυχєςϲǀ", "aceilopsxykmthbdqwjoaikvptuxeccl"
	for i, other := range []rune(others) {
		if r == other {
			return rune(same[i])
		}
	}
	return 0
}
