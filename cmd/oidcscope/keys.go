package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/inspect"
)

// keysOptions are the flags of keys.
type keysOptions struct {
	output      outputOptions
	source      keyOptions // where keys are fetched; only its transport and discover are flags here
	kid         string
	form        string // "", "jwk", "jwks", "pem"
	showSecrets bool
}

func newKeys(sys *system, common *shared) *cobra.Command {
	var o keysOptions
	cmd := &cobra.Command{
		Use:   "keys [FILE|URL|-]...",
		Short: "Show and convert keys (JWK, JWKS, PEM), and make new ones",
		Long: `Shows the keys of a file, an address or standard input: type, size, use, thumbprint
(RFC 7638), and what is wrong with them. With --to it writes them in another form; the
keys of several sources become one set, in which no key is twice.
'oidcscope keys make' makes new ones.

Private members and shared secrets are left out unless --show-secrets is given.

Exit code 0: there are keys; 1: none of them can be used; 2: there was nothing to
read; 3: the keys could not be fetched.`,
		Example: `  oidcscope keys https://idp.example/jwks.json
  oidcscope keys https://idp.example --discover
  oidcscope keys key.pem --to jwk
  oidcscope keys old.jwks new.pem --to jwks
  oidcscope keys make ec --out key.jwk`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return waiting(cmd.Context(), func(ctx context.Context) error { return runKeys(ctx, sys, common, &o, args) })
		},
	}
	f := cmd.Flags()
	o.output.register(cmd)
	o.source.transport.register(cmd)
	f.BoolVar(&o.source.discover, "discover", false, "the address is that of an issuer: find its keys by discovery")
	f.StringVar(&o.kid, "kid", "", "only the key of this `NAME`")
	f.StringVar(&o.form, "to", "", "write the keys as `FORM`: jwk, jwks or pem")
	f.BoolVar(&o.showSecrets, "show-secrets", false, "do not leave out private keys and secrets")
	cmd.AddCommand(newKeysMake(sys))
	return cmd
}

func runKeys(ctx context.Context, sys *system, common *shared, o *keysOptions, args []string) error {
	if err := errors.Join(o.output.check(), checkForm(o.form)); err != nil {
		return err
	}
	set, err := o.loadAll(ctx, sys, common, args)
	if err != nil {
		return err
	}
	if o.kid != "" {
		set.Keys = named(set.Keys, o.kid)
	}
	if len(set.Keys) == 0 {
		reason := "there is no key in it"
		switch {
		case o.kid != "":
			reason = "there is no key named " + o.kid
		case len(set.Faults) > 0:
			reason = set.Faults[0].Message
		}
		return usage("", "want a key set, a JWK or PEM: %s", reason)
	}
	usable := 0
	for i := range set.Keys {
		if set.Keys[i].Err == "" {
			usable++
		}
	}
	switch {
	case o.form != "":
		err = writeKeys(sys, common, set.Keys, o.form, o.showSecrets)
	case o.output.json:
		err = writeJSON(sys.stdout, keysReport(set, o.showSecrets))
	default:
		out := sys.answer(common.noColor)
		out.Keys(set)
		err = out.Err()
	}
	if err == nil && usable == 0 {
		err = withCode(exitBad, nil)
	}
	return err
}

// loadAll joins the keys of all sources. The same key under the same name is kept once.
func (o *keysOptions) loadAll(ctx context.Context, sys *system, common *shared, args []string) (*inspect.KeySet, error) {
	if len(args) == 0 {
		args = []string{"-"}
	}
	sets := make([]*inspect.KeySet, len(args))
	for i, where := range args {
		var err error
		if sets[i], err = o.load(ctx, sys, common, where); err != nil {
			return nil, err
		}
	}
	set := inspect.JoinKeySets(sets...)
	if len(args) == 1 {
		return set, nil
	}
	set.URL = strings.Join(args, ", ")
	set.Keys = merge(set.Keys)
	return set, nil
}

// merge keeps of the same key under the same name the one that says more: the private one, else the first.
func merge(keys []inspect.Key) []inspect.Key {
	var kept []inspect.Key
	for _, k := range keys {
		same := slices.IndexFunc(kept, func(other inspect.Key) bool {
			return k.Thumbprint != "" && other.Thumbprint == k.Thumbprint && other.KID == k.KID
		})
		switch {
		case same < 0:
			k.Index = len(kept)
			kept = append(kept, k)
		case k.Private && !kept[same].Private:
			k.Index = same
			kept[same] = k
		}
	}
	return kept
}

func (o *keysOptions) load(ctx context.Context, sys *system, common *shared, where string) (*inspect.KeySet, error) {
	switch {
	case o.source.discover && !isAddress(where):
		return nil, usage("oidcscope keys https://idp.example --discover", "--discover needs the address of an issuer")
	case o.source.discover:
		o.source.issuer = where
		return o.source.fromIssuer(ctx, sys, common)
	case isAddress(where):
		return o.source.fetch(ctx, sys, common, where, "jwks")
	case where != "-":
		text, err := readBounded(where, maxKeys)
		if err != nil {
			return nil, usage("", "read the keys: %w", err)
		}
		return inspect.ParseKeySet([]byte(text), "", where), nil
	case sys.stdinTerminal:
		return nil, usage("oidcscope keys FILE, oidcscope keys URL, or oidcscope keys make ec", "want keys, got none: standard input is a terminal")
	}
	text, err := readStdin(ctx, sys)
	if err != nil {
		return nil, err
	}
	return inspect.ParseKeySet([]byte(text), "", ""), nil
}

func named(keys []inspect.Key, kid string) []inspect.Key {
	var found []inspect.Key
	for _, k := range keys {
		if k.KID == kid || k.Thumbprint == kid {
			found = append(found, k)
		}
	}
	return found
}

func checkForm(form string) error {
	switch form {
	case "", "jwk", "jwks", "pem":
		return nil
	}
	return usage("", "--to: want jwk, jwks or pem, got %q", form)
}

// writeKeys writes keys in a form. Private halves come along only where they may be shown.
func writeKeys(sys *system, common *shared, keys []inspect.Key, form string, private bool) error {
	if form == "jwk" && len(keys) > 1 {
		return usage("choose one with --kid, or write --to jwks", "a JWK is one key, here are %d", len(keys))
	}
	usable := make([]inspect.Key, 0, len(keys))
	var last error
	for i, k := range keys {
		if _, _, err := keysText(keys[i:i+1], form, private); err != nil {
			sys.notes(common.noColor).Warn(fmt.Sprintf("key %d (%s) is left out: %s", i+1, k.Name(), err))
			last = err
			continue
		}
		usable = append(usable, k)
	}
	if len(usable) == 0 {
		return withCode(exitBad, last)
	}
	text, hidden, err := keysText(usable, form, private)
	if err != nil {
		return withCode(exitBad, err)
	}
	if hidden {
		sys.notes(common.noColor).Note("private members are left out; --show-secrets keeps them")
	}
	_, err = sys.stdout.Write(text)
	return err
}

// keysText gives keys in a form, and whether something private was left out.
func keysText(keys []inspect.Key, form string, private bool) (text []byte, hidden bool, err error) {
	for i := range keys {
		k := &keys[i]
		with := private && k.Private
		hidden = hidden || k.Private && !private
		if form == "pem" {
			if k.Material == nil {
				return nil, false, errors.New(k.Err)
			}
			block, err := k.Material.PEM(with)
			if err != nil {
				return nil, false, err
			}
			text = append(text, block...)
			continue
		}
		jwk, err := k.JWK(with)
		if err != nil {
			return nil, false, err
		}
		if form == "jwks" {
			text = append(text, "{,"[min(i, 1)])
			if i == 0 {
				text = append(text, `"keys":[`...)
			}
		}
		text = append(text, jwk...)
	}
	switch form {
	case "jwk":
		text = append(text, '\n')
	case "jwks":
		text = append(text, "]}\n"...)
	}
	return text, hidden, nil
}

// keysAnswer is the JSON of keys.
type keysAnswer struct {
	URL    string          `json:"url,omitempty"`
	Keys   []keyAnswer     `json:"keys"`
	Faults []inspect.Fault `json:"faults,omitempty"`
}

type keyAnswer struct {
	KID        string          `json:"kid,omitempty"`
	Name       string          `json:"name"` // "RSA 2048"
	KTY        string          `json:"kty,omitempty"`
	Crv        string          `json:"crv,omitempty"`
	Bits       int             `json:"bits,omitempty"`
	Alg        string          `json:"alg,omitempty"`
	Use        string          `json:"use,omitempty"`
	Ops        []string        `json:"key_ops,omitempty"`
	Private    bool            `json:"private"`
	Thumbprint string          `json:"thumbprint,omitempty"` // RFC 7638, SHA-256
	Usable     bool            `json:"usable"`
	Error      string          `json:"error,omitempty"`
	Notes      []string        `json:"notes,omitempty"`
	JWK        json.RawMessage `json:"jwk,omitempty"`
}

func keysReport(set *inspect.KeySet, private bool) keysAnswer {
	a := keysAnswer{URL: set.URL, Keys: []keyAnswer{}, Faults: set.Faults}
	for i := range set.Keys {
		k := &set.Keys[i]
		jwk, _ := k.JWK(private && k.Private) // a key that has no JWK is described all the same
		a.Keys = append(a.Keys, keyAnswer{
			KID: k.KID, Name: k.Name(), KTY: k.KTY, Crv: k.Crv, Bits: k.Bits, Alg: k.Alg, Use: k.Use, Ops: k.Ops, Private: k.Private,
			Thumbprint: k.Thumbprint, Usable: k.Err == "", Error: k.Err, Notes: k.Notes, JWK: jwk,
		})
	}
	return a
}

// kindOfKey takes the other names that people have for a kind of key.
func kindOfKey(text string) string {
	switch kind := strings.ToLower(text); kind {
	case "okp", "eddsa":
		return "ed25519"
	case "secret", "hmac":
		return "oct"
	default:
		return kind
	}
}
