package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/internal/config"
)

func newProfileAdd(sys *system, common *shared) *cobra.Command {
	var replace bool
	var login loginOptions
	cmd := &cobra.Command{
		Use: "add NAME [ISSUER|PROVIDER]", Short: "Add a profile",
		Long: `Writes a profile to config.toml. The flags are those of login; what is not given is left to
its defaults. A provider without a discovery document is given by its endpoints, or by its
name where it is a known one. With --client-secret keyring: the secret is asked for, and goes
into the system keyring.`,
		Example: "  oidcscope profile add work https://idp.example --client-id cli --scope \"openid email\"\n" +
			"  oidcscope profile add web https://idp.example --client-id web --client-secret keyring: --keep\n" +
			"  oidcscope profile add hub github --client-id Iv1.0123 --flow device",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return usage("oidcscope profile add work https://idp.example --client-id cli", "want a name and an issuer, got %d arguments", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			p := config.Profile{Name: args[0]}
			issuer := strings.Join(args[1:], "")
			if _, err := login.takePreset(cmd.Flags(), &issuer); err != nil {
				return err
			}
			if err := takeFlags(&p, cmd.Flags()); err != nil {
				return err
			}
			var err error
			if issuer != "" || !p.Endpoints.Given() {
				if p.Issuer, err = checkIssuer(issuer); err != nil {
					return err
				}
			}
			if err := errors.Join(login.run.check(), checkAuthMethod(p.AuthMethod)); err != nil {
				return err
			}
			return waiting(cmd.Context(), func(ctx context.Context) error { return addProfile(ctx, sys, common, p, replace) })
		},
	}
	all := new(cobra.Command)
	login.register(all)
	for _, name := range config.Flags() {
		if f := all.Flags().Lookup(name); f != nil {
			cmd.Flags().AddFlag(f)
		}
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "replace the profile of that name")
	return cmd
}

// takeFlags sets in a profile what was given. Paths are made those of anywhere: the file lies elsewhere.
func takeFlags(p *config.Profile, flags *pflag.FlagSet) error {
	for _, name := range config.Flags() {
		f := flags.Lookup(name)
		if f == nil || !f.Changed {
			continue
		}
		if err := p.Set(name, flagValues(f)...); err != nil {
			return usage("", "%w", err)
		}
	}
	here, err := os.Getwd()
	if err != nil {
		return usage("", "%w", err)
	}
	*p = p.At(here)
	return nil
}

// flagValues gives the value of a flag, or the values of one that is repeated.
func flagValues(f *pflag.Flag) []string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{f.Value.String()}
}

func addProfile(ctx context.Context, sys *system, common *shared, p config.Profile, replace bool) error {
	path, err := config.Path(sys.getenv)
	if err != nil {
		return usage("", "%w", err)
	}
	settings, err := config.Load(sys.getenv)
	if err != nil {
		return usage("", "%w", err)
	}
	if _, err := settings.FindProfile(p.Name); err == nil && !replace {
		return usage("--replace replaces it; oidcscope profile edit "+p.Name+" changes it", "want a new name, there is a profile %q", p.Name)
	}
	if missingSecret(ctx, sys, p) {
		if err := putSecret(ctx, sys, common, p); err != nil {
			return err
		}
	}
	if err := config.SaveProfile(path, p); err != nil {
		return usage("", "%w", err)
	}
	notes := sys.notes(common.noColor)
	for _, w := range p.Warnings() {
		notes.Warn(w)
	}
	notes.Note("Profile " + p.Name + " is in " + path)
	return notes.Err()
}

func newProfileRemove(sys *system, common *shared) *cobra.Command {
	return &cobra.Command{
		Use: "rm NAME", Aliases: []string{"remove"}, Short: "Remove a profile", Args: oneProfile,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := findProfile(sys, args[0])
			if err != nil {
				return err
			}
			path, err := config.Path(sys.getenv)
			if err != nil {
				return usage("", "%w", err)
			}
			if err := config.RemoveProfile(path, args[0]); err != nil {
				return usage("", "%w", err)
			}
			notes := sys.notes(common.noColor)
			notes.Note("Profile " + args[0] + " is gone from " + path)
			if name, ok := p.KeyringName(); ok && name == p.Name && !missingSecret(cmd.Context(), sys, p) {
				return removeSecret(cmd.Context(), sys, common, p)
			}
			return notes.Err()
		},
	}
}

func newProfileEdit(sys *system, common *shared) *cobra.Command {
	return &cobra.Command{
		Use: "edit [NAME]", Short: "Open the profiles in an editor",
		Long: `Opens config.toml in $VISUAL or $EDITOR, at the profile NAME; a new one is begun when there
is none of that name. What you edit is a copy: it takes the file's place only when it can
be read.`,
		Args: atMostOne("one profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			return waiting(cmd.Context(), func(ctx context.Context) error { return editProfiles(ctx, sys, common, name) })
		},
	}
}

// editProfiles lets the person edit a copy of the file, which lies beside it so that only its owner can read it.
func editProfiles(ctx context.Context, sys *system, common *shared, name string) error {
	path, err := config.Path(sys.getenv)
	if err != nil {
		return usage("", "%w", err)
	}
	text, err := config.Text(path)
	if err != nil {
		return usage("", "%w", err)
	}
	if name != "" {
		if err := config.CheckName(name); err != nil {
			return usage("", "%w", err)
		}
		text = withHeader(text, name)
	}
	before, draft := text, path+".edit"
	if kept, err := config.Text(draft); err == nil && kept != "" {
		sys.notes(common.noColor).Note("Going on with what was kept in " + draft)
		text = kept
	}
	if err := config.Write(draft, text); err != nil {
		return usage("", "%w", err)
	}
	if err := runEditor(ctx, sys, draft, lineOfHeader(text, name)); err != nil {
		return errors.Join(usage("set $EDITOR", "edit the profiles: %w", err), os.Remove(draft))
	}
	edited, err := config.Text(draft)
	if err != nil {
		return usage("", "%w", err)
	}
	if edited == before {
		sys.notes(common.noColor).Note("Nothing was changed")
		return os.Remove(draft)
	}
	if err := config.Check(edited); err != nil {
		return usage("your text is in "+draft, "%s stays as it was: %w", path, err)
	}
	if err := config.Write(path, edited); err != nil {
		return usage("your text is in "+draft, "%w", err)
	}
	notes := sys.notes(common.noColor)
	if settings, err := config.Load(sys.getenv); err == nil {
		for _, p := range settings.Profiles {
			for _, w := range p.Warnings() {
				notes.Warn(w)
			}
		}
	}
	notes.Note("Saved in " + path)
	return errors.Join(askMissing(ctx, sys, common, name), os.Remove(draft))
}

// askMissing asks for the secret of a profile that was just made to refer to the keyring.
func askMissing(ctx context.Context, sys *system, common *shared, name string) error {
	p, err := findProfile(sys, name)
	if name == "" || err != nil || !missingSecret(ctx, sys, p) {
		return nil
	}
	if !sys.stdinTerminal {
		sys.notes(common.noColor).Note("Its secret is not in the system keyring yet: oidcscope profile secret " + name)
		return nil
	}
	return putSecret(ctx, sys, common, p)
}

// withHeader gives the text with a profile of that name begun, unless there is one.
func withHeader(text, name string) string {
	if lineOfHeader(text, name) > 0 {
		return text
	}
	if text != "" {
		text = strings.TrimRight(text, "\n") + "\n\n"
	}
	return text + "[profile." + name + "]\n" +
		"issuer = \"https://idp.example\"\n" +
		"client_id = \"\"\n" +
		"# client_secret = \"keyring:\"   # or env:NAME, file:PATH, cmd:COMMAND\n" +
		"# flow = \"pkce\"                # or device, client-credentials, …\n" +
		"# scopes = [\"openid\", \"profile\", \"email\"]\n" +
		"# redirect_uri = \"http://127.0.0.1:8085/callback\"\n" +
		"# ca_file = \"ca.pem\"\n" +
		"# keep = true                  # keep the session of a login\n" +
		"# params = { prompt = \"consent\" }\n"
}

// lineOfHeader is the line, from 1, at which a profile begins; 0 when there is none.
func lineOfHeader(text, name string) int {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if strings.ReplaceAll(strings.TrimSpace(strings.SplitN(line, "#", 2)[0]), " ", "") == "[profile."+name+"]" {
			return n
		}
	}
	return 0
}

// runEditor runs the person's editor, as a shell would: $EDITOR may have arguments.
func runEditor(ctx context.Context, sys *system, path string, line int) error {
	editor := sys.getenv("VISUAL")
	if editor == "" {
		editor = sys.getenv("EDITOR")
	}
	windows := runtime.GOOS == "windows"
	switch {
	case editor == "" && windows:
		editor = "notepad"
	case editor == "":
		editor = "vi"
	}
	words := strings.Fields(editor)
	switch base := strings.TrimSuffix(filepath.Base(words[0]), ".exe"); base {
	case "vi", "vim", "nvim", "nano", "emacs", "emacsclient", "kak", "micro", "joe":
		if line > 0 {
			editor += fmt.Sprintf(" +%d", line)
		}
	}
	var cmd *exec.Cmd
	if windows {
		words = strings.Fields(editor)
		cmd = exec.CommandContext(ctx, words[0], append(words[1:], path)...)
	} else {
		cmd = exec.CommandContext(ctx, "sh", "-c", editor+` "$1"`, "sh", path)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = sys.stdin, sys.stdout, sys.stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", words[0], err)
	}
	return nil
}
