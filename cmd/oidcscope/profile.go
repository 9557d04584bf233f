package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/internal/config"
)

// A profile completes the flags of a command: what the command line and the environment leave open is taken from it. The issuer
// is an exception. Who names a profile means its issuer, also when OIDCSCOPE_ISSUER says something else: the profile's secret
// must not go to another provider because a variable was left over.

// takeProfile completes flags and issuer from the profile that *issuer names, when it names one.
func (o *loginOptions) takeProfile(sys *system, flags *pflag.FlagSet, issuer *string) error {
	name := *issuer
	if name == "" || strings.Contains(name, "://") || strings.HasPrefix(name, "eyJ") {
		return nil
	}
	profile, err := findProfile(sys, name)
	if err != nil {
		if known, err := o.takePreset(flags, issuer); known {
			return err
		}
		if strings.ContainsAny(name, "./:") {
			return nil // an address without its scheme: what is wrong with it is said with the others
		}
		return err
	}
	if profile.Issuer == "" && !profile.Endpoints.Given() {
		return usage("oidcscope profile edit "+name, "profile %q: want an issuer or endpoints, it has neither", name)
	}
	*issuer, o.profile = profile.Issuer, profile.Name
	secretGiven := flags.Changed("client-secret")
	if err := completeFlags(flags, profile.Resolved()); err != nil {
		return err
	}
	if warnings := profile.Warnings(); len(warnings) > 0 && !secretGiven {
		o.bareSecret = warnings[0]
	}
	return nil
}

// findProfile reads the configuration and gives the profile of that name.
func findProfile(sys *system, name string) (config.Profile, error) {
	settings, err := config.Load(sys.getenv)
	if err != nil {
		return config.Profile{}, usage("", "%w", err)
	}
	profile, err := settings.FindProfile(name)
	if err != nil {
		return profile, usage("oidcscope profile list, oidcscope session list; an issuer begins with https://", "%w", err)
	}
	return profile, nil
}

// completeFlags sets the flags that were not given. Parameters are completed one by one.
func completeFlags(flags *pflag.FlagSet, profile config.Profile) error {
	for _, s := range profile.Settings() {
		f := flags.Lookup(s.Flag)
		if f == nil || f.Changed && s.Kind != config.KindTable {
			continue
		}
		var given []string
		if array, ok := f.Value.(pflag.SliceValue); ok {
			given = array.GetSlice()
		}
		for _, value := range s.Values {
			name, _, _ := strings.Cut(value, "=")
			if s.Kind == config.KindTable && slices.ContainsFunc(given, func(g string) bool { return strings.HasPrefix(g, name+"=") }) {
				continue
			}
			if err := flags.Set(s.Flag, value); err != nil {
				return usage("", "profile %q: %s: %w", profile.Name, s.Key, err)
			}
		}
	}
	return nil
}

func newProfile(sys *system, common *shared) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "Keep providers and clients by name",
		Long: `A profile keeps what a login needs under a name: 'oidcscope login NAME'. Profiles are
tables [profile.NAME] in config.toml, which changes made here leave as it is otherwise,
comments included.

Client secrets are kept elsewhere and referred to: keyring: (an entry of the system keyring,
named after the profile), keyring:NAME, env:NAME, file:PATH or cmd:COMMAND.`,
		Example: `  oidcscope profile add work https://idp.example --client-id cli --client-secret env:WORK
  oidcscope login work
  oidcscope profile edit work`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newProfileList(sys, common), newProfileShow(sys, common), newProfileAdd(sys, common), newProfileEdit(sys, common), newProfileRemove(sys, common), newProfileSecret(sys, common))
	return cmd
}

// oneProfile wants the name of a profile.
func oneProfile(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("oidcscope profile list", "want the name of a profile, got %d arguments", len(args))
	}
	return nil
}

func newProfileList(sys *system, common *shared) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the profiles", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			settings, err := config.Load(sys.getenv)
			if err != nil {
				return usage("", "%w", err)
			}
			if asJSON {
				list := make([]profileJSON, 0, len(settings.Profiles))
				for _, p := range settings.Profiles {
					list = append(list, encodeProfile(p, false))
				}
				return writeJSON(sys.stdout, list)
			}
			out := sys.answer(common.noColor)
			if len(settings.Profiles) == 0 {
				sys.notes(common.noColor).Note("There are no profiles yet: oidcscope profile add NAME ISSUER --client-id ID")
				return nil
			}
			rows := make([][2]string, 0, len(settings.Profiles))
			for _, p := range settings.Profiles {
				about := []string{orDash(p.Place()), "client " + orDash(p.ClientID)}
				if p.Flow != "" {
					about = append(about, p.Flow)
				}
				rows = append(rows, [2]string{p.Name, strings.Join(about, " · ")})
			}
			out.Table("Profiles", rows)
			return out.Err()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON, for programs")
	return cmd
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func newProfileShow(sys *system, common *shared) *cobra.Command {
	var asJSON, reveal bool
	cmd := &cobra.Command{
		Use: "show NAME", Short: "Show what a profile sets", Args: oneProfile,
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := findProfile(sys, args[0])
			if err != nil {
				return err
			}
			for _, w := range p.Warnings() {
				sys.notes(common.noColor).Warn(w)
			}
			if asJSON {
				return writeJSON(sys.stdout, encodeProfile(p, reveal))
			}
			out := sys.answer(common.noColor)
			var rows [][2]string
			for _, s := range p.Settings() {
				rows = append(rows, [2]string{s.Key, shownValue(s, reveal)})
			}
			out.Table("Profile "+p.Name, rows)
			return out.Err()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON, for programs")
	cmd.Flags().BoolVar(&reveal, "show-secrets", false, "do not mask a secret that stands bare in the file")
	return cmd
}

// shownValue is a setting in one line. A reference to a secret is no secret; a bare one is.
func shownValue(s config.Setting, reveal bool) string {
	if s.Key == "client_secret" && !reveal && !config.IsReference(s.Values[0]) {
		return "••••••••"
	}
	return strings.Join(s.Values, " ")
}

// profileJSON is the answer of profile show --json: the members are the keys of the file.
type profileJSON map[string]any

func encodeProfile(p config.Profile, reveal bool) profileJSON {
	object := profileJSON{"name": p.Name}
	for _, s := range p.Settings() {
		switch {
		case s.Kind == config.KindList:
			object[s.Key] = s.Values
		case s.Kind == config.KindTable:
			object[s.Key] = p.Params
		case s.Kind == config.KindBool:
			object[s.Key] = true
		case s.Key == "client_secret" && !reveal && !config.IsReference(s.Values[0]):
			object[s.Key] = map[string]any{"redacted": true}
		default:
			object[s.Key] = s.Values[0]
		}
	}
	return object
}
