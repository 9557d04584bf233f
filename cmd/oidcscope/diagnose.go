package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/diagnose"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/config"
)

// diagnoseOptions are the flags of diagnose: what is known about the text beside the text.
type diagnoseOptions struct {
	output      outputOptions
	provider    string
	endpoint    string
	status      int
	contentType string
}

func newDiagnose(sys *system, common *shared) *cobra.Command {
	var o diagnoseOptions
	cmd := &cobra.Command{
		Use:   "diagnose [TEXT|FILE|-]",
		Short: "Say what went wrong in an error answer that you met elsewhere",
		Long: `Reads an error answer and says what happened, why it probably did, and what to do
about it on that provider.

The text is what you have: the address that the browser ended on, a JSON or form body,
an HTML page or its text, a WWW-Authenticate field, what curl -i printed, a log line.
It is an argument, a file, or standard input. Codes, tokens and secrets in it are
masked in what is printed.

Exit code 1: an error was recognised and is told; 0: the text is no error;
2: no error was recognised in it, or nothing was given.`,
		Example: `  oidcscope diagnose 'http://127.0.0.1:8085/callback?error=access_denied&state=x'
  oidcscope diagnose --provider keycloak --endpoint token '{"error":"invalid_grant"}'
  curl -si https://idp.example/token -d grant_type=x | oidcscope diagnose -
  oidcscope diagnose --json error.html`,
		Args: atMostOne("one text, file or -"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDiagnose(cmd.Context(), sys, common, &o, args)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.output.plain, "plain", false, "text (it is always text)")
	f.BoolVar(&o.output.json, "json", false, "JSON, for programs")
	f.StringVar(&o.provider, "provider", "", "whose answer it is, such as entra, keycloak, google (default: what the answer shows)")
	f.StringVar(&o.endpoint, "endpoint", "", "where it came from: "+strings.Join(endpoints(), ", "))
	f.IntVar(&o.status, "status", 0, "HTTP status of the answer")
	f.StringVar(&o.contentType, "content-type", "", "content type of the answer")
	cmd.RegisterFlagCompletionFunc("provider", func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return completeProvider(typed), cobra.ShellCompDirectiveNoFileComp
	})
	cmd.RegisterFlagCompletionFunc("endpoint", cobra.FixedCompletions(endpoints(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func endpoints() []string {
	var names []string
	for _, e := range diagnose.Endpoints() {
		names = append(names, string(e))
	}
	return names
}

func completeProvider(typed string) []string {
	var ids []string
	for _, p := range preset.All() {
		if strings.HasPrefix(p.ID, strings.ToLower(typed)) {
			ids = append(ids, p.ID+"\t"+p.Name)
		}
	}
	return ids
}

// diagnosed is the answer of diagnose --json: the diagnosis, and what the text was read as.
type diagnosed struct {
	*flows.Diagnosis
	Endpoint diagnose.Endpoint `json:"endpoint,omitempty"`
	Answer   *flows.OAuthError `json:"answer"`
}

func runDiagnose(ctx context.Context, sys *system, common *shared, o *diagnoseOptions, args []string) error {
	hints, err := o.hints(sys, common)
	if err != nil {
		return err
	}
	if len(args) == 0 && sys.interactive() {
		return usage("oidcscope diagnose TEXT, oidcscope diagnose FILE, or oidcscope diagnose < FILE", "want an error answer, got none: standard input is a terminal")
	}
	text, err := readAnswer(ctx, sys, args)
	if err != nil && (o.status == 0 || ctx.Err() != nil || text != "" || exitCode(err) != exitUsage) {
		return err // an empty answer is one too, when its status is known
	}
	answer, err := diagnose.Text(text, hints)
	switch {
	case errors.Is(err, diagnose.ErrNoError):
		sys.notes(common.noColor).Note("no error was found in it: it is a good answer")
		return nil
	case err != nil:
		return usage("--endpoint, --status and --provider say more about it", "%w", err)
	case o.output.json:
		err = writeJSON(sys.stdout, diagnosed{answer.Diagnosis, answer.Endpoint, answer.Error})
	default:
		out := sys.answer(common.noColor)
		out.Diagnosis(answer.Error, answer.Diagnosis)
		err = out.Err()
	}
	if err != nil {
		return err
	}
	return withCode(exitBad, nil)
}

// hints turns the flags into what the diagnosis wants to know. A provider that has no preset is no reason to stop.
func (o *diagnoseOptions) hints(sys *system, common *shared) (diagnose.Hints, error) {
	h := diagnose.Hints{Provider: o.provider, Status: o.status, ContentType: o.contentType}
	if err := o.output.check(); err != nil {
		return h, err
	}
	if _, known := preset.Find(o.provider); o.provider != "" && !known {
		note := "--provider: there is no preset for it; the diagnosis goes by what the specifications say"
		if near := config.Nearest(o.provider, providerIDs()); near != "" {
			note = "--provider: there is no preset of this name (did you mean " + near + "?); the diagnosis goes by what the specifications say"
		}
		sys.notes(common.noColor).Warn(note)
	}
	if o.status != 0 && (o.status < 100 || o.status > 599) {
		return h, usage("", "--status: want an HTTP status, 100 to 599, got %d", o.status)
	}
	if o.endpoint != "" {
		if h.Endpoint = diagnose.ParseEndpoint(o.endpoint); h.Endpoint == "" {
			hint := ""
			if near := config.Nearest(o.endpoint, endpoints()); near != "" {
				hint = "did you mean " + near + "?"
			}
			return h, usage(hint, "--endpoint: want one of %s, got %q", strings.Join(endpoints(), ", "), o.endpoint)
		}
	}
	return h, nil
}

func providerIDs() []string {
	var ids []string
	for _, p := range preset.All() {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	return ids
}

// readAnswer finds the text: standard input, a file, or the argument itself.
func readAnswer(ctx context.Context, sys *system, args []string) (string, error) {
	if len(args) == 0 || args[0] == "-" {
		return readStdin(ctx, sys)
	}
	arg := args[0]
	if info, err := os.Stat(arg); err == nil && info.Mode().IsRegular() {
		text, err := readBounded(arg, diagnose.MaxInput)
		if err != nil {
			return "", usage("", "read the answer: %w", err)
		}
		return text, nil
	} else if err != nil && errors.Is(err, fs.ErrNotExist) && looksLikePath(arg) {
		return "", usage("a text is given as it is, a file by its path, - is standard input", "no such file: %q", arg)
	}
	return arg, nil
}

// looksLikePath tells a mistyped path from an answer: a path has a separator or a short ending, and none of what answers
// are made of.
func looksLikePath(arg string) bool {
	return !strings.ContainsAny(arg, " {}=<>?&:\n\"") && (strings.Contains(arg, "/") || looksLikeFile(arg))
}
