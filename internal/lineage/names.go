package lineage

import (
	"strings"
	"unicode"
)

// alike is how alike two names are, from 0 to 1: the greater of the words they share and the pairs of letters they
// share, over what they have together. Capitals and punctuation do not matter.
func alike(a, b string) float64 {
	wordsA, wordsB := words(a), words(b)
	return max(dice(wordsA, wordsB), dice(pairs(wordsA), pairs(wordsB)))
}

func words(name string) []string {
	between := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return strings.FieldsFunc(strings.ToLower(name), between)
}

func pairs(words []string) []string {
	var all []string
	for _, w := range words {
		r := []rune(w)
		for i := range len(r) - 1 {
			all = append(all, string(r[i:i+2]))
		}
	}
	return all
}

// dice is Dice's coefficient of two lists, repetitions counted.
func dice(a, b []string) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	left := map[string]int{}
	for _, w := range a {
		left[w]++
	}
	shared := 0
	for _, w := range b {
		if left[w] > 0 {
			left[w]--
			shared++
		}
	}
	return 2 * float64(shared) / float64(len(a)+len(b))
}
