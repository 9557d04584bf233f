package inspect

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// fixtures gives the files of a fixture folder. A pattern that matches nothing is a fault of the test.
func fixtures(t testing.TB, pattern string) []string {
	t.Helper()
	root := os.Getenv("OIDCSCOPE_FIXTURES")
	if root == "" {
		t.Skip("OIDCSCOPE_FIXTURES is not set")
	}
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixture matches %q in %s", pattern, root)
	}
	return files
}

type vector struct {
	Name            string            `json:"name"`
	Kind            string            `json:"kind"`
	Token           string            `json:"token"`
	Serialization   json.RawMessage   `json:"serialization"`
	Keys            []json.RawMessage `json:"keys"`
	Password        string            `json:"password"`
	Inner           *vector           `json:"inner"`
	DetachedPayload string            `json:"detached_payload"`
	Expect          struct {
		Valid   *bool `json:"valid"`
		Alg     any   `json:"alg"`
		Enc     string
		Payload *struct {
			Text   *string `json:"text"`
			B64URL *string `json:"b64url"`
		} `json:"payload"`
		Thumbprints []string `json:"thumbprints_sha256"`

		Processed   any  `json:"processed_claims"`
		Disclosures int  `json:"disclosures"`
		AllUsed     bool `json:"all_disclosures_used"`
		KeyBinding  bool `json:"key_binding"`
		KBValid     bool `json:"kb_valid"`
		HashMatches bool `json:"sd_hash_matches"`
	} `json:"expect"`
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var all []vector
	for _, file := range fixtures(t, "jose/*.json") {
		var doc struct{ Vectors []vector }
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, doc.Vectors...)
	}
	return all
}

func (v *vector) keySet() *KeySet {
	texts := make([]string, len(v.Keys))
	for i, k := range v.Keys {
		texts[i] = string(k)
	}
	return ParseKeySet([]byte(`{"keys":[`+strings.Join(texts, ",")+`]}`), "jwks", "")
}

func (v *vector) input() string {
	if v.Token != "" {
		return v.Token
	}
	return string(v.Serialization)
}

var kindOfVector = map[string]Kind{
	"jws-compact": JWSCompact, "jws-json-flattened": JWSFlattened, "jws-json-general": JWSGeneral,
	"jwe-compact": JWECompact, "jwe-compact-nested": JWECompact, "jwe-json-flattened": JWEJSON, "jwe-json-general": JWEJSON,
	"sd-jwt": SDJWT, "sd-jwt+kb": SDJWT,
}

func TestVectors(t *testing.T) {
	checked := 0
	for _, v := range vectors(t) {
		want, isToken := kindOfVector[v.Kind]
		if !isToken {
			continue
		}
		checked++
		t.Run(v.Name, func(t *testing.T) {
			tok := Decode(v.input())
			if tok.Kind != want {
				t.Fatalf("kind %s, want %s", tok.Kind, want)
			}
			if f := tok.Unreadable(); f != nil {
				t.Errorf("fault %+v", *f)
			}
			if tok.encrypted() {
				v.checkEncrypted(t)
			}
			if tok.SD != nil {
				v.checkSelective(t)
			}
			if !tok.signed() {
				return
			}
			verdict := Verify(tok, v.keySet())
			if want != JWSGeneral && tok.Parts[1].Text == "" {
				if verdict.Status != Unverified || !strings.Contains(verdict.Reason, "detached") {
					t.Errorf("detached: got %+v", verdict)
				}
			}
			if v.DetachedPayload != "" {
				if !tok.Attach([]byte(v.DetachedPayload)) {
					t.Fatal("the payload can't be put back")
				}
				verdict = Verify(tok, v.keySet())
			}
			v.checkSigned(t, tok, verdict)
		})
	}
	if checked < 80 {
		t.Errorf("only %d token vectors", checked)
	}
}

func (v *vector) checkSigned(t *testing.T, tok *Token, verdict Verdict) {
	algs, several := v.Expect.Alg.([]any)
	if !several {
		algs = []any{v.Expect.Alg}
	}
	each := verdict.Each
	if tok.Kind != JWSGeneral {
		each = []Verdict{verdict}
	}
	if len(each) != len(algs) {
		t.Fatalf("%d verdicts for %d algorithms", len(each), len(algs))
	}
	for i := range each {
		if each[i].Alg != algs[i] {
			t.Errorf("signature %d: alg %q, want %v", i, each[i].Alg, algs[i])
		}
		if valid := v.Expect.Valid; valid == nil && each[i].Status == Verified || valid != nil && *valid != (each[i].Status == Verified) {
			t.Errorf("signature %d: got %+v; faults %+v", i, each[i], tok.Faults)
		}
	}
	if valid := v.Expect.Valid; valid != nil && *valid != (verdict.Status == Verified) {
		t.Errorf("got %+v, want valid: %v; faults %+v", verdict, *valid, tok.Faults)
	}
	v.checkPayload(t, tok)
}

// checkSelective compares the processed claims, and the proof of the holder.
func (v *vector) checkSelective(t *testing.T) {
	r := Inspect(v.input(), v.keySet(), Context{Now: time.Unix(1748454271, 0), Profile: ProfileSDJWT})
	var processed any
	if err := json.Unmarshal(r.Processed, &processed); err != nil {
		t.Fatalf("%v: %s", err, r.Processed)
	}
	if !reflect.DeepEqual(processed, v.Expect.Processed) {
		t.Errorf("processed %s, want %v", r.Processed, v.Expect.Processed)
	}
	problems := 0
	for _, d := range r.Disclosures {
		if d.Problem != "" || len(d.Value) == 0 || d.Salt == "" {
			problems++
		}
	}
	if len(r.Disclosures) != v.Expect.Disclosures || (problems == 0) != v.Expect.AllUsed {
		t.Errorf("%d disclosures, %d of them at fault; want %d", len(r.Disclosures), problems, v.Expect.Disclosures)
	}
	if (r.KeyBinding != nil) != v.Expect.KeyBinding || r.KeyBinding != nil && (r.KeyBinding.Signature.Status == Verified) != v.Expect.KBValid {
		t.Errorf("key binding: %+v", r.KeyBinding)
	}
	for _, item := range r.Checklist {
		if item.Result == ItemFail || item.Subject == "sd_hash" && (item.Result == ItemPass) != v.Expect.HashMatches {
			t.Errorf("%+v", item)
		}
	}
	encoded(t, r)
	// One disclosure less is fine, but not for the holder's proof; one changed character is not.
	first := r.Token.SD.Disclosures[0].Text
	fewer := Inspect(strings.Replace(v.input(), "~"+first, "", 1), v.keySet(), Context{})
	if problem := KeyBindingProblem(fewer.Token, Context{}); (problem != "") != v.Expect.KeyBinding {
		t.Errorf("with a disclosure less: %q", problem)
	}
	changed := Decode(strings.Replace(v.input(), "~"+first, "~A"+first[1:], 1))
	if changed.SD.Disclosures[0].Problem == "" {
		t.Error("a changed disclosure is accepted")
	}
}

// checkEncrypted opens the token, and looks at the one inside.
func (v *vector) checkEncrypted(t *testing.T) {
	keys := v.keySet()
	ctx := Context{DecryptKeys: keys, Password: []byte(v.Password)}
	var innerKeys *KeySet
	if v.Inner != nil {
		innerKeys = v.Inner.keySet()
	}
	r := Inspect(v.input(), innerKeys, ctx)
	d := r.Encryption
	if algs, several := v.Expect.Alg.([]any); d == nil || d.Enc != v.Expect.Enc || !several && d.Alg != v.Expect.Alg || several && !slices.Contains(algs, any(d.Alg)) {
		t.Fatalf("got %+v", d)
	}
	if valid := v.Expect.Valid; valid == nil || *valid != (d.Status == Opened) {
		t.Errorf("got %+v, want valid: %v", d, valid)
	}
	v.checkPayload(t, r.Token)
	if v.Inner != nil {
		if r.Inner == nil || r.Inner.Signature.Alg != v.Inner.Expect.Alg || r.Signature.Status != Verified || r.Inner.Signature.Status != Verified {
			t.Fatalf("inside: %+v, verdict %+v", r.Inner, r.Signature)
		}
		v.Inner.checkPayload(t, r.Inner.Token)
	}
	// Without a key there is only the outside: the header and five parts.
	shut := Inspect(v.input(), nil, Context{})
	if e := shut.Encryption; e.Status != NotOpened || len(shut.Token.Parts) < 5 || shut.Header == nil || shut.Payload != nil || shut.PayloadText != "" || shut.Signature.Status != Unverified {
		t.Errorf("without a key: %+v, %d parts", e, len(shut.Token.Parts))
	}
	// Every recipient's key opens it, alone.
	for i := range keys.Keys {
		one := *keys
		one.Keys = keys.Keys[i : i+1]
		if d := Decrypt(Decode(v.input()), &one, nil); d.Status != Opened {
			t.Errorf("key %d alone: %+v", i, d)
		}
	}
	v.checkChanged(t, ctx)
}

// checkChanged turns a bit of the tag and of the ciphertext.
func (v *vector) checkChanged(t *testing.T, ctx Context) {
	for _, name := range []string{"tag", "ciphertext"} {
		p := Decode(v.input()).Part(name)
		flipped := "A"
		if p.Text[0] == 'A' {
			flipped = "B"
		}
		changed := strings.Replace(v.input(), p.Text, flipped+p.Text[1:], 1)
		if d := Decrypt(Decode(changed), ctx.DecryptKeys, ctx.Password); d.Status != OpenFailed {
			t.Errorf("%s changed: %+v", name, d)
		}
	}
}

func (v *vector) checkPayload(t *testing.T, tok *Token) {
	if p := v.Expect.Payload; p != nil {
		want := ""
		if p.Text != nil {
			want = *p.Text
		} else {
			raw, err := base64.RawURLEncoding.DecodeString(*p.B64URL)
			if err != nil {
				t.Fatal(err)
			}
			want = string(raw)
		}
		if string(tok.Bytes) != want {
			t.Errorf("payload %q, want %q", tok.Bytes, want)
		}
	}
}

func TestVectorThumbprints(t *testing.T) {
	checked := 0
	for _, v := range vectors(t) {
		if len(v.Expect.Thumbprints) == 0 {
			continue
		}
		set := v.keySet()
		if len(v.Keys) == 0 {
			set = ParseKeySet(v.Serialization, "jwks", "")
		}
		for i, want := range v.Expect.Thumbprints {
			k := set.Keys[i]
			if k.KTY == "oct" {
				if k.Thumbprint != "" {
					t.Errorf("%s: the thumbprint of a secret is shown", v.Name)
				}
				if got := k.Material.Thumbprint(); got != want {
					t.Errorf("%s: key %d: thumbprint %q, want %q", v.Name, i, got, want)
				}
			} else if k.Thumbprint != want {
				t.Errorf("%s: key %d: thumbprint %q, want %q", v.Name, i, k.Thumbprint, want)
			}
			checked++
		}
	}
	if checked < 10 {
		t.Errorf("only %d thumbprints", checked)
	}
}

// TestTokenCases decodes and verifies the realistic tokens; what is wrong with some of them is for the checks.
func TestTokenCases(t *testing.T) {
	root := filepath.Dir(fixtures(t, "tokens/cases.jsonl")[0])
	var keys struct {
		JWKS map[string]json.RawMessage `json:"jwks"`
	}
	data, err := os.ReadFile(filepath.Join(root, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &keys); err != nil {
		t.Fatal(err)
	}
	cases, err := os.ReadFile(filepath.Join(root, "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	notVerified := map[string]Status{
		"s012": Unsecured,  // alg None
		"s013": Refused,    // HS256 with public keys
		"s014": Unverified, // no key
		"s015": Invalid,    // signed with a key of its own
		"s016": Unverified, // kid unknown
		"s023": Unverified, // DPoP proof: the key is in the header
	}
	for line := range strings.Lines(string(cases)) {
		var c struct {
			ID, Token string
			Profile   string
			Keys      struct{ JWKS string }
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		t.Run(c.ID, func(t *testing.T) {
			tok := Decode(c.Token)
			var set *KeySet
			if c.Keys.JWKS != "" {
				set = ParseKeySet(keys.JWKS[c.Keys.JWKS], "jwks", "")
			}
			want := Verified
			if s, there := notVerified[c.ID]; there {
				want = s
			}
			got := Verify(tok, set)
			if got.Status != want || got.KIDUnknown != (c.ID == "s016") {
				t.Errorf("got %+v, want %s", got, want)
			}
			if tok.Unreadable() != nil || tok.Payload == nil || tok.Header == nil {
				t.Errorf("not read: %+v", tok.Faults)
			}
			if guess, reason := GuessType(tok); string(guess) != c.Profile && c.ID != "s020" { // an ID token sent to an API
				t.Errorf("guessed %s (%s), the case says %s", guess, reason, c.Profile)
			}
		})
	}
}
