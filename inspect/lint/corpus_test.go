package lint

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
)

// tokenCase is one line of the recorded token cases.
type tokenCase struct {
	ID, Title, Profile, Token string
	Now                       int64
	Keys                      struct{ JWKS, Secret, Decrypt string }
	Context                   struct {
		Issuer, Nonce, Code, State, HTM, HTU, JKT string
		Audience                                  []string
		ClientID                                  string   `json:"client_id"`
		AccessToken                               string   `json:"access_token"`
		ResponseType                              string   `json:"response_type"`
		MaxAge                                    *int64   `json:"max_age"`
		ACR                                       []string `json:"acr_required"`
	}
	Findings []struct{ ID, Severity, At string }
}

func (c *tokenCase) context() inspect.Context {
	x := inspect.Context{
		Now: time.Unix(c.Now, 0), Profile: inspect.Profile(c.Profile),
		Issuer: c.Context.Issuer, ClientID: c.Context.ClientID, Audiences: c.Context.Audience, Nonce: c.Context.Nonce,
		AccessToken: c.Context.AccessToken, Code: c.Context.Code, State: c.Context.State, ResponseType: c.Context.ResponseType,
		ACR: c.Context.ACR, Method: c.Context.HTM, URL: c.Context.HTU, KeyThumbprint: c.Context.JKT,
	}
	if c.Context.MaxAge != nil {
		d := time.Duration(*c.Context.MaxAge) * time.Second
		x.MaxAge = &d
	}
	return x
}

// TestCorpus compares id, severity and place of every finding, no more and no fewer, with the recorded cases.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("OIDCSCOPE_FIXTURES")
	if dir == "" {
		t.Skip("OIDCSCOPE_FIXTURES is not set")
	}
	data, err := os.ReadFile(filepath.Join(dir, "tokens", "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	var keys struct{ JWKS map[string]json.RawMessage }
	if err := json.Unmarshal(data, &keys); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "tokens", "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	n := 0
	for lines.Scan() {
		var c tokenCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		t.Run(c.ID+" "+c.Title, func(t *testing.T) {
			var set *inspect.KeySet
			switch {
			case c.Keys.JWKS != "":
				set = inspect.ParseKeySet(keys.JWKS[c.Keys.JWKS], "jwks", "")
			case c.Keys.Secret != "":
				set = inspect.SecretKeySet([]byte(c.Keys.Secret))
			}
			var got, want []string
			r := Inspect(c.Token, set, c.context())
			for _, f := range r.Findings {
				got = append(got, fmt.Sprintf("%s %s %s", f.ID, f.Severity, f.At))
			}
			for _, f := range c.Findings {
				want = append(want, fmt.Sprintf("%s %s %s", f.ID, f.Severity, f.At))
			}
			if !slices.Equal(got, want) {
				t.Errorf("got\n%q\nwant\n%q\nverdict %+v", got, want, r.Signature)
			}
		})
	}
	if n == 0 {
		t.Fatal("no case was read")
	}
}
