package plain

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestControlsAreShownAndTextIsLeftAlone(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"": "",
		"Rückerstattung – 退款 🙂\n\tnext":        "Rückerstattung – 退款 🙂\n\tnext",
		"\x1b[2J\x1b]0;title\a":                `\u001b[2J\u001b]0;title\u0007`,
		"\x1b]8;;http://x\x1b\\a":              `\u001b]8;;http://x\u001b\a`,
		"a\bb\rc\x00\x7f":                      `a\u0008b\u000dc\u0000\u007f`,
		"\x9b2J":                               `\x9b2J`,
		"\u009b2J\u0085":                       `\u009b2J\u0085`,
		"\u202egpj.exe\u202c":                  `\u202egpj.exe\u202c`,
		"\u2066\u2067\u2068\u2069\u061c":       `\u2066\u2067\u2068\u2069\u061c`,
		"\u200e\u200f\u200b\u200c\u200d\u2060": `\u200e\u200f\u200b\u200c\u200d\u2060`,
		"\ufeff\u2028\u2029\u00ad":             `\ufeff\u2028\u2029\u00ad`,
		"\U000e0041":                           `\udb40\udc41`,
		"caf\xe9":                              `caf\xe9`,
		"\ufffd":                               "\ufffd",
		"half \xe2\x82":                        `half \xe2\x82`,
		"\u3164\u115f":                         `\u3164\u115f`,
		"\u0600123 is a sign that can be seen": "\u0600123 is a sign that can be seen",
	} {
		if got := Visible(given); got != want {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
}

// FuzzWriter cuts a text in two at every place: what comes out is the same, holds nothing a terminal obeys, and is the
// text where there was nothing to obey.
func FuzzWriter(f *testing.F) {
	for _, s := range []string{"\x1b[31mred", "\u202e\u009b\x9b", "ä€🙂\x80\xf0\x9f", "\x1b[1;1m", "plain\n"} {
		f.Add(s, 3, true)
	}
	f.Fuzz(func(t *testing.T, s string, cut int, colours bool) {
		var out bytes.Buffer
		w := &Writer{To: &out, Colours: colours}
		cut = max(0, min(cut, len(s)))
		for _, part := range []string{s[:cut], s[cut:], "."} {
			if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
		}
		got := out.String()
		if want := Visible(s + "."); got != want {
			t.Fatalf("%q cut at %d became %q, want %q", s, cut, got, want)
		}
		if !utf8.ValidString(got) {
			t.Fatalf("%q is no text", got)
		}
		for _, r := range got {
			if Unseen(r) && r != '\n' && r != '\t' {
				t.Fatalf("%q holds %U", got, r)
			}
		}
		if Visible(got) != got {
			t.Fatalf("%q is not shown as it stands", got)
		}
	})
}

func TestMarksBecomeColoursAndNothingElseDoes(t *testing.T) {
	t.Parallel()
	marked := Marked(Red, "failed") + " \x1b[31mqueue\x1b[0m " + Marked(Strong, "\x1b[8mhead")
	for colours, want := range map[bool]string{
		true:  "\x1b[31mfailed\x1b[0m \\u001b[31mqueue\\u001b[0m \x1b[1m\\u001b[8mhead\x1b[0m",
		false: `failed \u001b[31mqueue\u001b[0m \u001b[8mhead`,
	} {
		var out bytes.Buffer
		if _, err := (&Writer{To: &out, Colours: colours}).Write([]byte(marked)); err != nil || out.String() != want {
			t.Errorf("%q, %v; want %q", out.String(), err, want)
		}
	}
	if s := ";" + nonce() + "m"; Text(s, true) != "" || Text("x"+s+"y", true) != "xy" {
		t.Error("half a mark is shown")
	}
}

func TestAChartOfOursKeepsItsColours(t *testing.T) {
	t.Parallel()
	if got := Text(OwnLooks("1 \x1b[94m╭─\x1b[0m\x1b[2J\x1b["), true); got != "1 \x1b[94m╭─\x1b[0m\\u001b[2J\\u001b[" {
		t.Errorf("%q", got)
	}
	if got := Text(OwnLooks("\x1b[94m╭─\x1b[0m"), false); got != "╭─" {
		t.Errorf("%q", got)
	}
}

func TestADocumentKeepsItsMeaning(t *testing.T) {
	t.Parallel()
	type document struct{ Name string }
	in := document{"\u202e\u009b\x7f\U000e0041\x1b ä"}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out document
	if err := json.Unmarshal([]byte(Visible(string(text))), &out); err != nil || out != in {
		t.Errorf("%q became %q, %v", in, out, err)
	}
}

func TestFormulasInAnyWidth(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "\rx", " =1", "\u00a0=1", "\u3000＝1", "＝cmd|'/c calc'!A1",
		"＋1", "－1", "＠x", "﹦1", "﹢1", "﹣1", "﹫x", "\u22121", "⁼1", "₊1", "⁻1", "\u200b=1", "\ufeff＝1", "\u202e=1", "\x00=1", "\U000e0041=1"} {
		if !Formula(s) || !strings.HasPrefix(Cell(s), "'") {
			t.Errorf("%q passes as %q", s, Cell(s))
		}
	}
	for _, s := range []string{"", "Refund", "1-2", "a=b", "ä", "'=1", " x", "#1", "∑", "–"} {
		if Formula(s) || Cell(s) != s {
			t.Errorf("%q became %q", s, Cell(s))
		}
	}
}

func TestNamesThatCannotBeToldApartAreOne(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"adam", "Adam", "ADAM", " adam ", "ａｄａｍ", "ad\u200bam", "adam\u00ad", "\u202eadam\u202c", "a\u0064am", "adam\ufe0f", "\u2066adam\u3164", "𝐚𝐝𝐚𝐦"} {
		if Name(s) != "adam" {
			t.Errorf("%q is %q", s, Name(s))
		}
	}
	if Name("Jose\u0301") != Name("JOSÉ") || Name("de  la\u00a0Cruz") != "de la cruz" || Name("José") == Name("Jose") {
		t.Error("forms of letters, or spaces, make other names")
	}
	for _, s := range []string{"local", "LOCAL", "ｌｏｃａｌ", "lo cal", "l.o.c.a.l", "lосаl", "ӏocal", "lo\u200dcal"} {
		if Skeleton(s) != "local" {
			t.Errorf("%q looks like %q", s, Skeleton(s))
		}
	}
	if strings.Contains(Name("a\u2028b"), "\u2028") {
		t.Error("a separator is left")
	}
}
