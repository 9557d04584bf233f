package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui"
)

// run runs one command line and gives the exit code.
func run(sys *system, args []string) int {
	err := execute(context.Background(), sys, args)
	report(sys, err)
	return exitCode(err)
}

func execute(ctx context.Context, sys *system, args []string) error {
	root := newRoot(sys, args)
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// report tells an error and its hint on standard error.
func report(sys *system, err error) {
	var known *failure
	var signalled signalError
	if err == nil || errors.As(err, &signalled) || errors.As(err, &known) && known.err == nil {
		return
	}
	notes := sys.notes(false)
	notes.Error(safe.Block(err.Error()))
	if known != nil && known.hint != "" {
		notes.Hint(safe.Block(known.hint))
	}
}

// shared are the flags that every command has.
type shared struct {
	noColor bool
}

// newRoot makes the tree of commands. When the arguments begin with the name of one, only that one is made: the others, with all
// their flags, would cost more than a short command's own work.
func newRoot(sys *system, args []string) *cobra.Command {
	var common shared
	root := &cobra.Command{
		Use:   "oidcscope",
		Short: "See an OpenID Connect login step by step, and take its tokens apart",
		Long: `oidcscope runs an OpenID Connect login in front of your eyes, one step at a time,
and takes apart every token that comes out of it.

Without a command it opens its terminal interface. Nothing is needed to try it:
'oidcscope demo' brings its own provider.`,
		Example: `  oidcscope demo                                       a practice login, nothing to set up
  oidcscope login https://idp.example --client-id X    a login to a real provider
  oidcscope inspect < token.txt                        what a token says`,
		Args:          func(_ *cobra.Command, args []string) error { return unknownCommand(sys, args) },
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !sys.interactive() {
				return cmd.Help()
			}
			return waiting(cmd.Context(), func(ctx context.Context) error { return openInterface(ctx, sys, &common, tui.Options{}) })
		},
	}
	root.SetOut(sys.stdout)
	root.SetErr(sys.stderr)
	root.SetIn(sys.stdin)
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), "Flags.FlagUsages ", "Flags.FlagUsagesWrapped 80 "))
	root.PersistentFlags().BoolVar(&common.noColor, "no-color", false, "no colour (also: NO_COLOR)")
	constructors := map[string]func(*system, *shared) *cobra.Command{
		"replay":  newReplay,
		"import":  newImport,
		"version": newVersion, "inspect": newInspect, "demo": newDemo, "login": newLogin, "keys": newKeys, "diagnose": newDiagnose, "sign": newSign, "diff": newDiff,
		"profile": newProfile, "session": newSessions, "register": newRegister, "doctor": newDoctor, "probe": newProbe, "explain": newExplain,
		"userinfo": newUserInfo, "refresh": newRefresh, "introspect": newIntrospect, "revoke": newRevoke, "logout": newLogout, "call": newCall,
	}
	if len(args) > 0 && constructors[args[0]] != nil {
		root.CompletionOptions.DisableDefaultCmd = true
		root.AddCommand(constructors[args[0]](sys, &common))
		return root
	}
	for _, newCommand := range constructors {
		root.AddCommand(newCommand(sys, &common))
	}
	root.InitDefaultHelpCmd()
	return root
}

// unknownCommand explains a first argument that is no command. People paste what they have at hand.
func unknownCommand(sys *system, args []string) error {
	if len(args) == 0 {
		return nil
	}
	word := args[0]
	hint := "oidcscope --help lists the commands"
	switch {
	case strings.HasPrefix(word, "eyJ"):
		hint = "this looks like a token: oidcscope inspect TOKEN"
		word = safe.Short(word, 12)
	case strings.HasPrefix(word, "https://"), strings.HasPrefix(word, "http://"):
		hint = "this looks like an issuer: oidcscope login " + word
	default:
		var names []string
		for _, c := range newRoot(sys, nil).Commands() {
			names = append(names, c.Name())
		}
		if near := config.Nearest(word, names); near != "" {
			hint = "did you mean " + near + "?"
		}
	}
	return usage(hint, "unknown command %q", word)
}

// flagError turns the flag library's complaint into ours, with the flag that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	hint := cmd.CommandPath() + " --help lists the flags"
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := config.Nearest(unknown.GetSpecifiedName(), names); near != "" {
			hint = "did you mean --" + near + "?"
		}
	}
	return usage(hint, "%w", err)
}
