package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
)

// keyOptions say which keys may verify a token. Nothing is fetched unless asked for: an address inside a token is never
// followed.
type keyOptions struct {
	jwks      string
	issuer    string
	discover  bool
	key       string
	secret    string
	transport transportOptions
}

func (o *keyOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.jwks, "jwks", "", "key set to verify with: a `FILE|URL`")
	f.StringVar(&o.key, "key", "", "`FILE` with one key to verify with: PEM or JWK")
	f.StringVar(&o.secret, "secret", "", "shared secret to verify HS256 and its kin with: `VALUE|@FILE`")
	f.StringVar(&o.issuer, "issuer", "", "`URL` of the issuer that the token has to name")
	f.BoolVar(&o.discover, "discover", false, "fetch the keys of --issuer")
	o.transport.register(cmd)
}

// maxKeys bounds a file of keys, in bytes.
const maxKeys = 4 << 20

// load gives the keys of all sources that were named, or nil when none was.
func (o *keyOptions) load(ctx context.Context, sys *system, common *shared) (*inspect.KeySet, error) {
	if o.discover && o.issuer == "" {
		return nil, usage("oidcscope inspect --issuer https://idp.example --discover", "--discover needs --issuer")
	}
	var sets []*inspect.KeySet
	for _, source := range []struct {
		named bool
		load  func() (*inspect.KeySet, error)
	}{
		{o.key != "", func() (*inspect.KeySet, error) { return fromFile(o.key, "--key", "key") }},
		{o.secret != "", func() (*inspect.KeySet, error) { return fromSecret(o.secret) }},
		{o.jwks != "" && !isAddress(o.jwks), func() (*inspect.KeySet, error) { return fromFile(o.jwks, "--jwks", "jwks") }},
		{isAddress(o.jwks), func() (*inspect.KeySet, error) { return o.fetch(ctx, sys, common, o.jwks, "jwks") }},
		{o.discover, func() (*inspect.KeySet, error) { return o.fromIssuer(ctx, sys, common) }},
	} {
		if !source.named {
			continue
		}
		set, err := source.load()
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return inspect.JoinKeySets(sets...), nil
}

func isAddress(text string) bool {
	return strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")
}

func fromFile(path, flag, source string) (*inspect.KeySet, error) {
	text, err := readBounded(path, maxKeys)
	if err != nil {
		return nil, usage("", "%s: %w", flag, err)
	}
	return usable(inspect.ParseKeySet([]byte(text), source, path), flag, path)
}

// fromSecret makes a key set of a shared secret. A file's trailing line break is not part of the secret.
func fromSecret(value string) (*inspect.KeySet, error) {
	if path, isFile := strings.CutPrefix(value, "@"); isFile {
		text, err := readBounded(path, maxKeys)
		if err != nil {
			return nil, usage("", "--secret: %w", err)
		}
		value = strings.TrimRight(text, "\r\n")
	}
	if value == "" {
		return nil, usage("", "--secret: want a secret, it is empty")
	}
	return inspect.SecretKeySet([]byte(value)), nil
}

// usable refuses a key set that holds nothing at all; a set with some bad keys is worth trying, and the verdict names them.
func usable(keys *inspect.KeySet, flag, where string) (*inspect.KeySet, error) {
	if len(keys.Keys) > 0 {
		return keys, nil
	}
	reason := "it holds no key"
	if len(keys.Faults) > 0 {
		reason = keys.Faults[0].Message
	}
	return nil, usage("", "%s: want a key set, a JWK or PEM, got %q: %s", flag, where, reason)
}

func (o *keyOptions) fromIssuer(ctx context.Context, sys *system, common *shared) (*inspect.KeySet, error) {
	transport, err := o.transport.load()
	if err != nil {
		return nil, err
	}
	metadata, err := flows.Discover(ctx, flows.Config{Issuer: o.issuer, Transport: transport})
	if err != nil {
		return nil, fmt.Errorf("discover %s: %w", o.issuer, err)
	}
	if metadata.JWKSURI == "" {
		return nil, withCode(exitBad, fmt.Errorf("discover %s: want jwks_uri in the discovery document, there is none", o.issuer))
	}
	return o.fetch(ctx, sys, common, metadata.JWKSURI, "discovery")
}

// fetch gets a key set with the same transport that logins use.
func (o *keyOptions) fetch(ctx context.Context, sys *system, common *shared, address, source string) (*inspect.KeySet, error) {
	t, err := o.transport.load()
	if err != nil {
		return nil, err
	}
	if t.InsecureSkipVerify {
		sys.notes(common.noColor).Warn("certificates are not verified: the keys, and so the verdict, are worth nothing against an attacker")
	}
	rt, err := record.New(record.Options{CAPEM: t.CAPEM, Timeout: t.Timeout, InsecureSkipVerify: t.InsecureSkipVerify})
	if err != nil {
		return nil, usage("", "%w", err)
	}
	defer rt.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, usage("", "fetch the key set: %w", err)
	}
	req.Header.Set("Accept", "application/jwk-set+json, application/json")
	res, err := rt.Client().Do(req)
	if err != nil {
		var why *record.Failure
		if errors.As(err, &why) {
			err = why // the client's own words repeat the address
		}
		return nil, withCode(exitUnreachable, fmt.Errorf("fetch the key set from %s: %w", address, err))
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxKeys))
	if err != nil {
		return nil, withCode(exitUnreachable, fmt.Errorf("fetch the key set from %s: %w", address, err))
	}
	if res.StatusCode != http.StatusOK {
		return nil, withCode(exitUnreachable, fmt.Errorf("fetch the key set from %s: want status 200, got %s", address, res.Status))
	}
	keys := inspect.ParseKeySet(data, source, address)
	keys.Fetched = sys.now()
	if len(keys.Keys) == 0 {
		return nil, withCode(exitBad, fmt.Errorf("want a key set at %s, got no key", address))
	}
	return keys, nil
}
