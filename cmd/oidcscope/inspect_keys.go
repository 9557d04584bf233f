package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
)

// keyOptions say which keys may verify a token. Nothing is fetched unless asked for: an address inside a token is never
// followed.
type keyOptions struct {
	jwks      []string
	issuer    string
	discover  bool
	keys      []string
	secrets   []string
	transport transportOptions
}

func (o *keyOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.jwks, "jwks", nil, "key set to verify with: a `FILE|URL` (repeatable)")
	f.StringArrayVar(&o.keys, "key", nil, "`FILE` with keys to verify with: PEM, DER, JWK or x5c (repeatable)")
	f.StringArrayVar(&o.secrets, "secret", nil, "shared secret to verify HS256 and its kin with: `VALUE|@FILE`, as text or behind hex:, base64:, base64url: (repeatable)")
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
	var loads []func() (*inspect.KeySet, error)
	for _, path := range o.keys {
		loads = append(loads, func() (*inspect.KeySet, error) { return fromFile(path, "--key", "key") })
	}
	for _, secret := range o.secrets {
		loads = append(loads, func() (*inspect.KeySet, error) { return fromSecret(secret) })
	}
	for _, place := range o.jwks {
		if isAddress(place) {
			loads = append(loads, func() (*inspect.KeySet, error) { return o.fetch(ctx, sys, common, place, "jwks") })
		} else {
			loads = append(loads, func() (*inspect.KeySet, error) { return fromFile(place, "--jwks", "jwks") })
		}
	}
	if o.discover {
		loads = append(loads, func() (*inspect.KeySet, error) { return o.fromIssuer(ctx, sys, common) })
	}
	sets := make([]*inspect.KeySet, len(loads))
	for i, load := range loads {
		var err error
		if sets[i], err = load(); err != nil {
			return nil, err
		}
	}
	return inspect.JoinKeySets(sets...), nil
}

// fetches reports whether a key set has to come over the network.
func (o *keyOptions) fetches() bool { return o.discover || slices.ContainsFunc(o.jwks, isAddress) }

// otherReading hints at a secret that was given in an encoding without saying so.
func (o *keyOptions) otherReading(r *inspect.Report) string {
	if r.Signature.Status != inspect.Invalid || !strings.HasPrefix(r.Signature.Alg, "HS") {
		return ""
	}
	for _, value := range o.secrets {
		text, err := secretText(value)
		if err != nil {
			continue
		}
		if form := inspect.OtherReading(r.Token, text); form != "" {
			return "the secret verifies the token when it is read as " + form + ": put " + form + ": before it"
		}
	}
	return ""
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
	text, err := secretText(value)
	if err != nil {
		return nil, usage("", "--secret: %w", err)
	}
	secret, err := inspect.ParseSecret(text)
	if err != nil {
		return nil, usage("", "--secret: %w", err)
	}
	if len(secret) == 0 {
		return nil, usage("", "--secret: want a secret, it is empty")
	}
	return inspect.SecretKeySet(secret), nil
}

// secretText is a secret as it was written: on the command line, or in a file.
func secretText(value string) (string, error) {
	path, isFile := strings.CutPrefix(value, "@")
	if !isFile {
		return value, nil
	}
	text, err := readBounded(path, maxKeys)
	return strings.TrimRight(text, "\r\n"), err
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
	keys, err := flows.FetchKeys(ctx, t, address)
	if err != nil {
		err = fmt.Errorf("fetch the key set from %s: %w", address, err)
		var problem *flows.Problem
		if errors.As(err, &problem) && problem.OAuth != nil { // an answer that is an error: the provider gives none now
			err = withCode(exitUnreachable, err)
		}
		return nil, err
	}
	keys.Source = source
	for i := range keys.Keys {
		keys.Keys[i].Source = source
	}
	return keys, nil
}
