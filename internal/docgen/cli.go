package docgen

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// CLI is the page of the commands.
func CLI(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString(note + "# Commands\n\n")
	fmt.Fprintf(&b, "%s\n\n```\n%s\n```\n", strings.TrimSpace(root.Long), strings.Trim(root.Example, "\n"))
	b.WriteString("\nWith a terminal in front the interface opens; `--plain`, `--json`, `--print` or no terminal give text. " +
		"Nothing but the answer goes to standard output; notes, prompts and errors go to standard error.\n")
	b.WriteString("\n| exit code | means |\n|---|---|\n| 0 | good |\n| 1 | the checked thing is bad, or the login was refused |\n" +
		"| 2 | usage or input |\n| 3 | network or provider unreachable |\n| 130 | interrupted |\n")
	for _, c := range root.Commands() {
		if c.Name() != "help" && c.Name() != "completion" && !c.Hidden {
			command(&b, c)
		}
	}
	b.WriteString("\n## Every command\n\n")
	flagTable(&b, root.PersistentFlags())
	return b.String()
}

func command(b *strings.Builder, c *cobra.Command) {
	fmt.Fprintf(b, "\n## %s\n\n`%s`\n\n", strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" "), c.UseLine())
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(b, "%s\n\n", strings.TrimSpace(text))
	if c.Example != "" {
		fmt.Fprintf(b, "```\n%s\n```\n\n", strings.Trim(c.Example, "\n"))
	}
	flagTable(b, c.LocalNonPersistentFlags())
	for _, sub := range c.Commands() {
		command(b, sub)
	}
}

func flagTable(b *strings.Builder, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	b.WriteString("| flag | |\n|---|---|\n")
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if kind != "" {
			name += " " + kind
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0s" && f.DefValue != "0" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", name, cell(usage))
	})
}
