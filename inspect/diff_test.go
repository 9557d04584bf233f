package inspect

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func diffText(before, after string) string {
	d := DiffClaims(ScanJSON(before).Root, ScanJSON(after).Root)
	var all []string
	for _, c := range d.Changes {
		text := string(c.Kind) + " " + c.Path
		if c.Shift != 0 {
			text += fmt.Sprintf(" %gs", c.Shift.Seconds())
		}
		all = append(all, text)
	}
	return fmt.Sprintf("%s; %d same", strings.Join(all, ", "), d.Same)
}

func TestDiffClaims(t *testing.T) {
	for _, tt := range []struct{ before, after, want string }{
		{`{"a":1,"b":"x"}`, `{"b":"\u0078","a":1}`, "; 2 same"},
		{`{"exp":1000,"iat":900.5,"nbf":"x"}`, `{"exp":1300,"iat":900,"nbf":1}`, "changed exp 300s, changed iat -0.5s, changed nbf; 0 same"},
		{`{"a":1}`, `{"a":1.0}`, "changed a; 0 same"},
		{`{"address":{"country":"DE","city":"x"}}`, `{"address":{"country":"NL","zip":"1"}}`, "changed address.country, added address.zip, removed address.city; 0 same"},
		{`{"roles":["a","b"]}`, `{"roles":["c","a"]}`, "added roles[], removed roles[]; 0 same"},
		{`{"roles":["a","b","b"]}`, `{"roles":["b","a","b"]}`, "changed roles; 0 same"},
		{`{"l":[{"a":1},2]}`, `{"l":[{"a":2}]}`, "changed l[0].a, removed l[1]; 0 same"},
		{`{"aud":"a"}`, `{"aud":["a"]}`, "changed aud; 0 same"},
		{`{"a":1,"a":1}`, `{"a":1}`, "changed a; 0 same"},
		{`{"a":1,"a":2}`, `{"a":3,"a":2}`, "; 1 same"},
		{`[1]`, `{"a":1}`, "changed ; 0 same"},
		{`{"a":null}`, `{}`, "removed a; 0 same"},
	} {
		if got := diffText(tt.before, tt.after); got != tt.want {
			t.Errorf("%s to %s: got %q, want %q", tt.before, tt.after, got, tt.want)
		}
	}
}

func TestDiffTokens(t *testing.T) {
	a := Decode("eyJhbGciOiJIUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiJ4In0.AAAA") // kid a, sub x
	b := Decode("eyJhbGciOiJIUzI1NiIsImtpZCI6ImIifQ.eyJzdWIiOiJ4In0.AAAB") // kid b
	d := Diff(a, b)
	text, err := json.Marshal(d.Changes)
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"in":"header","path":"kid","kind":"changed","before":"a","after":"b"},{"in":"signature","kind":"changed"}]`; string(text) != want || d.Same != 2 {
		t.Errorf("got %s, %d the same", text, d.Same)
	}
	if d := Diff(a, a); len(d.Changes) != 0 {
		t.Errorf("a token differs from itself: %+v", d)
	}
}

func TestDiffIsBounded(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, `,"k%d":1`, i)
	}
	d := DiffClaims(ScanJSON(`{}`).Root, ScanJSON("{"+b.String()[1:]+"}").Root)
	if len(d.Changes) != maxChanges || d.More != 3000-maxChanges {
		t.Errorf("%d changes and %d more", len(d.Changes), d.More)
	}
}

// FuzzDiff: nothing differs from itself, and there is a change one way exactly when there is one the other way.
func FuzzDiff(f *testing.F) {
	f.Add(`{"a":[1,{"b":2}],"exp":1}`, `{"a":[{"b":2},1],"exp":2,"exp":2}`)
	f.Fuzz(func(t *testing.T, before, after string) {
		a, b := ScanJSON(before).Root, ScanJSON(after).Root
		if d := DiffClaims(a, a); len(d.Changes) > 0 {
			t.Fatalf("%q differs from itself: %+v", before, d.Changes)
		}
		there, back := DiffClaims(a, b), DiffClaims(b, a)
		if len(there.Changes)+there.More != len(back.Changes)+back.More || there.Same != back.Same {
			t.Fatalf("%q to %q: %d changes, %d back", before, after, len(there.Changes), len(back.Changes))
		}
	})
}
