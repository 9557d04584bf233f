package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows/explain"
	"github.com/oidcscope/oidcscope/internal/safe"
)

func newExplain(sys *system, common *shared) *cobra.Command {
	var o outputOptions
	cmd := &cobra.Command{
		Use:   "explain [TOPIC]",
		Short: "Look something up: a claim, parameter, error code, check, flow, term or specification",
		Long: `Explains a word of OpenID Connect and OAuth, from what the program knows itself, without
a network. Without a topic it lists all of them. Small mistakes are forgiven.

Exit code 0: here it is; 2: nothing of that name is known.`,
		Example: `  oidcscope explain azp
  oidcscope explain TOK-050
  oidcscope explain code challenge
  oidcscope explain RFC 9449`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, t := range explain.All() {
				names = append(names, t.Name)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return runExplain(sys, common, &o, strings.Join(args, " "))
		},
	}
	o.register(cmd)
	return cmd
}

func runExplain(sys *system, common *shared, o *outputOptions, question string) error {
	if err := o.check(); err != nil {
		return err
	}
	if strings.TrimSpace(question) == "" {
		return listTopics(sys, common, o)
	}
	answer := explain.Find(question)
	if len(answer.Topics) == 0 {
		hint := "oidcscope explain lists all topics"
		if len(answer.Similar) > 0 {
			hint = "there is " + strings.Join(answer.Similar, ", ")
		}
		return usage(hint, "nothing is known here about %q", safe.Short(question, 80))
	}
	if answer.Meant != "" {
		sys.notes(common.noColor).Note(fmt.Sprintf("nothing is named %q; this is %s", safe.Short(question, 80), answer.Meant))
	}
	if o.json {
		return writeJSON(sys.stdout, answer.Topics)
	}
	out := sys.answer(common.noColor)
	for i := range answer.Topics {
		if i > 0 {
			out.Note("")
		}
		out.Topic(&answer.Topics[i])
	}
	return out.Err()
}

func listTopics(sys *system, common *shared, o *outputOptions) error {
	if o.json {
		return writeJSON(sys.stdout, explain.All())
	}
	out := sys.answer(common.noColor)
	for _, kind := range explain.Kinds() {
		var names []string
		for _, t := range explain.All() {
			if t.Kind == kind && !slices.Contains(names, t.Name) {
				names = append(names, t.Name)
			}
		}
		out.Topics(kind, names)
	}
	return out.Err()
}
