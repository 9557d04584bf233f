package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/jose"
)

// signOptions are the flags of sign.
type signOptions struct {
	key, secret   string
	alg           string
	kid, typ      string
	header        []string
	template      string
	claims        []string
	exp, nbf, iat string
	at            string
	badSignature  bool
	json          bool

	given func(flag string) bool // whether a flag stands on the command line
}

func newSign(sys *system, common *shared) *cobra.Command {
	var o signOptions
	var names []string
	for _, t := range templates() {
		names = append(names, t.name)
	}
	cmd := &cobra.Command{
		Use:   "sign [CLAIMS|-]",
		Short: "Make a token for tests, from a template, a file of claims or single claims",
		Long: `Signs a JSON Web Token with your key. The claims are those of --template, changed by
those of the file (JSON; - is standard input), changed by --claim and the times. Order
and number text stay as written.

A claim's value is JSON when it is JSON (true, 42, ["a"], "42"), else text. Times may be
relative: --exp +10m, --claim auth_time=-1h. '!name' leaves a member out.

Unsigned tokens and wrong signatures are for testing what refuses them: --alg none and
--bad-signature make them, and say so.

Templates: ` + strings.Join(names, ", ") + `.

Exit code 0: the token is on standard output; 2: it could not be made.`,
		Example: `  oidcscope keys make ec --out key.jwk
  oidcscope sign --key key.jwk --template id_token --claim sub=bob --exp +5m
  oidcscope sign claims.json --key key.pem --alg PS256 --kid k1
  oidcscope sign --template access_token --alg none | oidcscope inspect`,
		Args: atMostOne("one file of claims, or -"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.given = cmd.Flags().Changed
			work := func(ctx context.Context) error { return runSign(ctx, sys, common, &o, args) }
			if len(args) > 0 && args[0] == "-" && !sys.stdinFile {
				return waiting(cmd.Context(), work)
			}
			return work(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.key, "key", "", "`FILE` with the private key: PEM, JWK or JWKS")
	f.StringVar(&o.secret, "secret", "", "shared secret for HS256 and its kin: `VALUE|@FILE`")
	f.StringVar(&o.alg, "alg", "", "`ALG` to sign with (default what the key is for); none makes an unsigned token")
	f.StringVar(&o.kid, "kid", "", "`NAME` of the key for the header (default that of the key); chooses among several")
	f.StringVar(&o.typ, "typ", "", "`TYPE` for the header (default that of the template, or JWT)")
	f.StringArrayVar(&o.header, "header", nil, "header parameter as `name=value` (repeatable)")
	f.StringVar(&o.template, "template", "", "kind of token to start from: "+strings.Join(names, ", "))
	f.StringArrayVar(&o.claims, "claim", nil, "claim as `name=value` (repeatable)")
	f.StringVar(&o.exp, "exp", "", "expiry `TIME`: +10m, RFC 3339 or Unix seconds")
	f.StringVar(&o.nbf, "nbf", "", "`TIME` before which it is not valid")
	f.StringVar(&o.iat, "iat", "", "`TIME` of issue")
	f.StringVar(&o.at, "at", "", "`TIME` that relative times count from (default now)")
	f.BoolVar(&o.badSignature, "bad-signature", false, "make the signature wrong")
	f.BoolVar(&o.json, "json", false, "token, header and payload as JSON")
	return cmd
}

func runSign(ctx context.Context, sys *system, common *shared, o *signOptions, args []string) error {
	now := sys.now()
	if o.at != "" {
		var err error
		if now, err = moment("--at", o.at, now); err != nil {
			return err
		}
	}
	from, err := o.findTemplate()
	if err != nil {
		return err
	}
	payload, err := o.payload(ctx, sys, args, from, now)
	if err != nil {
		return err
	}
	signer, err := o.signer()
	if err != nil {
		return err
	}
	header, err := o.protected(signer, from, now)
	if err != nil {
		return err
	}
	input := base64url(header) + "." + base64url(payload)
	var signature []byte
	notes := sys.notes(common.noColor)
	if signer.key == nil {
		notes.Warn("the token is not signed (alg " + signer.alg + "): whatever accepts it can be told anything")
	} else if signature, err = jose.Sign(signer.alg, signer.key.Material, []byte(input)); err != nil {
		return usage("", "sign: %w", err)
	}
	if short := signer.tooShort(); short != "" {
		notes.Warn(short)
	}
	if o.badSignature {
		if len(signature) == 0 {
			return usage("", "--bad-signature: alg none has no signature that could be wrong")
		}
		signature[len(signature)/2] ^= 0x01
		notes.Warn("the signature is wrong, as asked: one bit of it was changed")
	}
	token := input + "." + base64url(signature)
	if o.json {
		return writeJSON(sys.stdout, signAnswer{token, header, payload})
	}
	_, err = fmt.Fprintln(sys.stdout, token)
	return err
}

// signAnswer is the JSON of sign.
type signAnswer struct {
	Token   string          `json:"token"`
	Header  json.RawMessage `json:"header"`
	Payload json.RawMessage `json:"payload"`
}

func base64url(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func (o *signOptions) findTemplate() (*template, error) {
	if o.template == "" {
		return nil, nil
	}
	var names []string
	for _, t := range templates() {
		if t.name == o.template {
			return &t, nil
		}
		names = append(names, t.name)
	}
	hint := ""
	if near := config.Nearest(o.template, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return nil, usage(hint, "--template: want one of %s, got %q", strings.Join(names, ", "), o.template)
}

// payload puts the claims together: template, file, flags.
func (o *signOptions) payload(ctx context.Context, sys *system, args []string, from *template, now time.Time) ([]byte, error) {
	var claims object
	if from != nil {
		from.claims(&claims, now)
	}
	if len(args) > 0 {
		text, err := claimsText(ctx, sys, args[0])
		if err != nil {
			return nil, err
		}
		given, err := readObject(text)
		if err != nil {
			return nil, usage("", "the claims: %w", err)
		}
		claims.merge(given)
	}
	for _, c := range o.claims {
		if err := claims.assign("--claim", c, now); err != nil {
			return nil, err
		}
	}
	for _, t := range []struct{ flag, name, value string }{{"--iat", "iat", o.iat}, {"--nbf", "nbf", o.nbf}, {"--exp", "exp", o.exp}} {
		if t.value == "" {
			continue
		}
		at, err := moment(t.flag, t.value, now)
		if err != nil {
			return nil, err
		}
		claims.setTime(t.name, at)
	}
	if len(claims) == 0 && len(args) == 0 {
		return nil, usage("oidcscope sign --template id_token, --claim sub=alice, or a file of claims", "want claims to sign, got none")
	}
	return claims.encode(), nil
}

func claimsText(ctx context.Context, sys *system, where string) (string, error) {
	if where == "-" {
		return readStdin(ctx, sys)
	}
	text, err := readBounded(where, inspect.MaxToken)
	if err != nil {
		return "", usage("the claims are a file of JSON, or - for standard input", "read the claims: %w", err)
	}
	return text, nil
}
