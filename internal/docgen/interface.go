package docgen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// surfaces are the commands that the interface does too.
var surfaces = []string{"login", "userinfo", "introspect", "refresh", "revoke", "logout", "call", "register", "register show", "register update", "register delete", "probe"}

// elsewhere says where a flag without a field is in the interface, or why it has no place there.
func elsewhere() map[string]string {
	keeping := "set in config.toml (`keep_file`, `keep_identity`, `passphrase_ref`); `L` keeps and opens sessions"
	given := "the session that is open is used; `L` opens a kept one, and the flow Refresh token begins with a token"
	return map[string]string{
		"plain": "is the other surface", "json": "is the other surface; `e` writes the run", "print": "`y` copies any value", "help": "`?`",
		"show-secrets": "`s`", "save": "`e` on the Flow and Wire screens", "force": "a file that is there is never replaced",
		"step": "`ctrl+s` in the form, `n` in the run", "break": "`b` and `B` at a step of the Flow screen",
		"fresh": "a login from the form is always a new one", "session": keeping, "keep-file": keeping, "keep-identity": keeping, "passphrase-ref": keeping,
		"access-token": given, "refresh-token": given, "id-token": given, "token": "`i` and `x` on the Token screen, for the token in front",
		"issuer":           "the session's own provider is meant",
		"registration-uri": "`R` on the profile, which keeps both", "registration-token": "`R` on the profile, which keeps both",
		"list": "the list stands below the question, before it begins", "yes": "it always asks", "format": "`e` writes every form", "no-color": "given where the program is started, as is NO_COLOR",
	}
}

// places are those of one command alone.
func places() map[string]string {
	return map[string]string{
		"probe no-browser": "the address is on the screen, `u` copies it", "register no-browser": "no browser is needed", "register flow": "there is one",
		"logout revoke-only": "`x` on the Token screen revokes, `L` forgets the session",
	}
}

// Surface is a flag of a command, and where the interface has it; an empty place: nowhere.
type Surface struct{ Command, Flag, Place string }

// Surfaces lists the flags of the commands that the interface does too. fields are what its forms ask for, by command.
func Surfaces(root *cobra.Command, fields map[string][]string) []Surface {
	var all []Surface
	known, own := elsewhere(), places()
	for _, name := range surfaces {
		cmd, _, err := root.Find(strings.Fields(name))
		if err != nil || strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ") != name {
			all = append(all, Surface{name, "", ""})
			continue
		}
		family, _, _ := strings.Cut(name, " ")
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			place := own[name+" "+f.Name]
			has := func(command string) bool {
				return slices.ContainsFunc(fields[command], func(id string) bool { return strings.TrimRight(id, "0123456789") == f.Name })
			}
			switch {
			case place != "":
			case has(name):
				place = "a field"
			case own[family+" "+f.Name] != "":
				place = own[family+" "+f.Name]
			case known[f.Name] != "":
				place = known[f.Name]
			case family != "login" && (has("login") || has(family)):
				place = "a field of the form that made the session or the client"
			}
			all = append(all, Surface{name, f.Name, place})
		})
	}
	return all
}

// Interface is the page of what the terminal interface has of the commands' flags.
func Interface(root *cobra.Command, fields map[string][]string) string {
	var b strings.Builder
	b.WriteString(note + "# Interface and command line\n\nEverything that a command can be told can be told to the terminal interface too; what has no field there has another place, or a reason. " +
		"Every flag works with `--plain` and with `--json`, but these two, which exclude each other, and `--print`, which stands alone.\n")
	last := ""
	for _, s := range Surfaces(root, fields) {
		if s.Command != last {
			last = s.Command
			fmt.Fprintf(&b, "\n## %s\n\n| flag | in the interface |\n|---|---|\n", last)
		}
		fmt.Fprintf(&b, "| `--%s` | %s |\n", s.Flag, cell(s.Place))
	}
	return b.String()
}
