package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui"
)

// inspectOptions are the flags of inspect: which keys may verify the token, and what is known about it from elsewhere.
type inspectOptions struct {
	output          outputOptions
	format          string
	keys            keyOptions
	decrypt         decryptOptions
	requireVerified bool

	profile     string
	clientID    string
	audiences   []string
	nonce       string
	accessToken string
	previous    string
	code        string
	maxAge      time.Duration
	maxAgeSet   bool
	acr         []string
	state       string
	respType    string
	htm, htu    string
	jkt         string
	at          string
	leeway      time.Duration
	payload     string
	keyBinding  bool
	subject     string

	batch batchOptions
}

func newInspect(sys *system, common *shared) *cobra.Command {
	var o inspectOptions
	cmd := &cobra.Command{
		Use:   "inspect [TOKEN|FILE|-]",
		Short: "Take a token apart: what it says, whether its signature holds, how long it lives",
		Long: `Decodes a token, verifies its signature when it is given a key to do so, explains
every header parameter and claim, and goes through the checklist of its kind.

The input may be more than a token: a header line, a curl command, the answer of a token
endpoint, a redirect address, cookies, a log. Every token in it is inspected, and what was
around it is told; --json then gives one object a line. --format markdown is for
tickets, junit for build servers, sarif for code hosts and editors.

The token is an argument, a file, or standard input ("-", or nothing when standard
input is no terminal). Mind that arguments end up in the shell's history.

With --batch it reads a stream and writes one JSON line for each token in the order of
the input: what --json says, without the words that explain it (--fields asks for
others). Each line of the input is a token, text with tokens in it, or JSON with a
token at --field. A summary goes to standard error at the end.

Exit code 0: nothing wrong was found (without a key the signature is "not verified");
1: the signature is invalid, the token has expired, or a check failed;
2: there was nothing to read; 3: the keys could not be fetched.`,
		Example: `  oidcscope inspect < token.txt
  oidcscope inspect token.txt --jwks https://idp.example/jwks.json
  oidcscope inspect --issuer https://idp.example --discover --client-id my-app -
  oidcscope inspect --json --require-verified --key public.pem - < token.txt
  oidcscope inspect --batch access.log --log --jwks jwks.json > tokens.jsonl`,
		Args: atMostOne("one token, file or -"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.maxAgeSet = cmd.Flags().Changed("max-age")
			work := func(ctx context.Context) error {
				if o.batch.on {
					return runBatch(ctx, sys, common, &o, args)
				}
				return runInspect(ctx, sys, common, &o, args, cmd.LocalNonPersistentFlags().NFlag() > 0)
			}
			if o.batch.on || o.waits(sys, args) {
				return waiting(cmd.Context(), work)
			}
			return work(cmd.Context())
		},
	}
	o.output.register(cmd)
	o.keys.register(cmd)
	o.decrypt.register(cmd)
	o.batch.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "", "form of the answer: "+strings.Join(formats, ", "))
	f.BoolVar(&o.requireVerified, "require-verified", false, "exit code 1 unless a key verified the signature")
	f.StringVar(&o.profile, "profile", string(inspect.ProfileAuto), "`KIND` of token to check for: "+strings.Join(profiles(), ", "))
	f.StringVar(&o.clientID, "client-id", "", "`CLIENT` that the token is for (aud of an ID token)")
	f.StringSliceVar(&o.audiences, "audience", nil, "`AUDIENCE` that the token has to name (repeatable)")
	f.StringVar(&o.nonce, "nonce", "", "nonce that was sent")
	f.StringVar(&o.previous, "previous", "", "`FILE` with the ID token before the refresh, to compare with (OpenID Connect Core 12.2)")
	f.StringVar(&o.accessToken, "access-token", "", "access token that came with it, for at_hash")
	f.StringVar(&o.code, "code", "", "authorization code that came with it, for c_hash")
	f.Var(seconds{&o.maxAge}, "max-age", "max_age that was asked for: `SECONDS`, or a length of time such as 15m")
	f.StringSliceVar(&o.acr, "acr", nil, "acr `VALUE` that was asked for (repeatable)")
	f.StringVar(&o.state, "state", "", "state that was sent, for s_hash")
	f.StringVar(&o.respType, "response-type", "", "response_type that was asked for, such as \"code id_token\"")
	f.StringVar(&o.htm, "htm", "", "`METHOD` of the request that a DPoP proof came with")
	f.StringVar(&o.htu, "htu", "", "`URL` of the request that a DPoP proof came with")
	f.StringVar(&o.jkt, "jkt", "", "expected key: thumbprint (RFC 7638, SHA-256, base64url)")
	f.BoolVar(&o.keyBinding, "key-binding", false, "an SD-JWT has to come with a proof by its holder")
	f.StringVar(&o.subject, "sub", "", "`SUBJECT` of the ID token that a userinfo answer or logout token goes with")
	f.StringVar(&o.payload, "payload", "", "payload of a detached signature (RFC 7515 F), in a `FILE`")
	f.StringVar(&o.at, "at", "", "judge as of `TIME`: RFC 3339 or Unix seconds (default now)")
	f.Var(seconds{&o.leeway}, "leeway", "how far clocks may differ: `SECONDS`, or a length of time (default 60)")
	return cmd
}

// waits reports whether anything but files on this machine is needed.
func (o *inspectOptions) waits(sys *system, args []string) bool {
	fromStdin := len(args) == 0 || args[0] == "-"
	return fromStdin && !sys.stdinFile || o.keys.fetches() || o.format == "" && o.output.interactive(sys)
}

// runInspect inspects the token that args name. flagged says that some flag was given, which the home screen would not know of.
func runInspect(ctx context.Context, sys *system, common *shared, o *inspectOptions, args []string, flagged bool) error {
	if err := errors.Join(o.output.check(), checkFormat(&o.format, &o.output), o.batch.check()); err != nil {
		return err
	}
	known, err := o.context(sys)
	if err != nil {
		return err
	}
	if len(args) == 0 && sys.stdinTerminal {
		if o.output.interactive(sys) && !flagged {
			return openInterface(ctx, sys, common, tui.Options{}) // a token can be pasted there
		}
		return usage("oidcscope inspect TOKEN, oidcscope inspect FILE, or oidcscope inspect < FILE",
			"want a token, got none: standard input is a terminal")
	}
	raw, err := readToken(ctx, sys, args)
	if err != nil {
		return err
	}
	keys, err := o.keys.load(ctx, sys, common)
	if err != nil {
		return err
	}
	if o.format == "" && o.output.interactive(sys) {
		return openInterface(ctx, sys, common, tui.Options{Inspect: &tui.InspectInput{Raw: mostTelling(raw), Keys: keys, Context: known}})
	}
	reports := lint.InspectText(raw, keys, known)
	switch {
	case o.format == "json":
		for _, report := range reports {
			err = errors.Join(err, writeJSON(sys.stdout, report))
		}
	case o.format != "" && o.format != "plain":
		err = writeReport(sys, o.format, o.report(inputName(args), reports))
	default:
		out := sys.answer(common.noColor)
		for i, report := range reports {
			if i > 0 {
				out.Note("")
			}
			out.Report(plain.Title(report), report)
		}
		err = out.Err()
	}
	if err != nil {
		return err
	}
	for _, report := range reports {
		if hint := o.keys.otherReading(report); hint != "" {
			sys.notes(common.noColor).Note(hint)
		}
	}
	for _, report := range reports {
		if report.Bad() || o.requireVerified && report.Signature.Status != inspect.Verified {
			return withCode(exitBad, nil)
		}
	}
	return nil
}

// mostTelling picks the token that the interface opens with when the input holds several: the ID token, else the first that
// can be decoded.
func mostTelling(raw string) string {
	found := inspect.FindTokens(raw)
	if len(found) == 1 && found[0].Where == "" {
		return raw
	}
	best := found[0]
	for _, f := range found {
		if f.Name == "id_token" || best.Token.Kind == inspect.Opaque && f.Token.Kind != inspect.Opaque {
			if best = f; f.Name == "id_token" {
				break
			}
		}
	}
	return best.Token.Raw
}

// context turns the flags into what the inspector wants to know.
func (o *inspectOptions) context(sys *system) (inspect.Context, error) {
	known := inspect.Context{
		Now: sys.now(), Leeway: o.leeway, Profile: inspect.Profile(o.profile),
		Issuer: o.keys.issuer, ClientID: o.clientID, Audiences: o.audiences,
		Nonce: o.nonce, NonceSent: o.nonce != "",
		AccessToken: o.accessToken, Code: o.code, ACR: o.acr,
		State: o.state, ResponseType: o.respType, Method: o.htm, URL: o.htu, KeyThumbprint: o.jkt,
		KeyBinding: o.keyBinding, Subject: o.subject,
	}
	if o.maxAgeSet {
		known.MaxAge = &o.maxAge
	}
	if o.at != "" {
		at, err := parseTime(o.at)
		if err != nil {
			return known, err
		}
		known.Now = at
	}
	if o.previous != "" {
		text, err := readBounded(o.previous, inspect.MaxText)
		if err != nil {
			return known, usage("", "--previous: %w", err)
		}
		known.Previous = inspect.FindTokens(text)[0].Token
	}
	if o.payload != "" {
		payload, err := readBounded(o.payload, inspect.MaxToken)
		if err != nil {
			return known, usage("", "--payload: %w", err)
		}
		known.Payload = []byte(payload)
	}
	if err := o.decrypt.load(&known); err != nil {
		return known, err
	}
	if !slices.Contains(profiles(), o.profile) {
		hint := ""
		if near := config.Nearest(o.profile, profiles()); near != "" {
			hint = "did you mean " + near + "?"
		}
		return known, usage(hint, "--profile: want one of %s, got %q", strings.Join(profiles(), ", "), o.profile)
	}
	return known, nil
}

// profiles lists the kinds of token that can be checked for.
func profiles() []string {
	var names []string
	for _, p := range []inspect.Profile{
		inspect.ProfileAuto, inspect.ProfileIDToken, inspect.ProfileAccess, inspect.ProfileATJWT, inspect.ProfileLogout, inspect.ProfileDPoP,
		inspect.ProfileClientAssertion, inspect.ProfileRequestObject, inspect.ProfileSET, inspect.ProfileSDJWT, inspect.ProfileKB,
		inspect.ProfileJARM, inspect.ProfileUserinfo, inspect.ProfileJWT, inspect.ProfileJWS,
	} {
		names = append(names, string(p))
	}
	return names
}

func parseTime(text string) (time.Time, error) {
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(seconds, 0), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, usage("", "--at: want RFC 3339 (2026-11-22T10:00:00Z) or Unix seconds, got %q", text)
	}
	return at, nil
}

// atMostOne refuses a second argument. It often is a token that was cut in two by a line break.
func exactlyOne(wanted string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("usage: "+cmd.UseLine(), "%s: want %s, got %d arguments", cmd.Name(), wanted, len(args))
		}
		return nil
	}
}

func atMostOne(wanted string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usage("usage: "+cmd.UseLine(), "%s: want %s, got %d arguments", cmd.Name(), wanted, len(args))
		}
		return nil
	}
}
