package main

import (
	"fmt"
	"strconv"
)

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// count writes a number with its noun: "1 code", "158 codes".
func count(n int, one, many string) string {
	return fmt.Sprintf("%s %s", thousands(int64(n)), plural(n, one, many))
}

// thousands groups digits for people: 121145 becomes 121,145.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
