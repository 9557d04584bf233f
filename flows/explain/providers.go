package explain

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows/preset"
)

// providerTopics tells of each provider what its discovery document can't say, and how sure that is.
func providerTopics() []Topic {
	var list []Topic
	for _, p := range preset.All() {
		t := Topic{Kind: Provider, Name: p.Name, Text: register(&p), also: append([]string{p.ID}, p.Aliases...)}
		detail := func(label, text string) {
			if text != "" {
				t.Details = append(t.Details, Detail{label, text})
			}
		}
		detail("issuer", strings.Join(p.Issuers, ", "))
		detail("discovery", p.Discovery)
		for _, e := range p.Endpoints {
			detail(e.Name, e.URL+", which discovery does not name")
		}
		for _, f := range p.Facts() {
			detail(f.Label, sure(f.Fact))
		}
		detail("set at", p.Places.Redirect)
		for _, q := range p.Quirks("") {
			detail("quirk", sure(preset.Fact{Text: q.Text + ": " + q.Handling, Mark: q.Mark, Source: q.Source}))
		}
		list = append(list, t)
	}
	return list
}

// register says how to get a client there; of providers without a login, what they are for.
func register(p *preset.Preset) string {
	switch {
	case p.Register != "":
		return sentence(strings.TrimSuffix(p.Register, "."))
	case p.Use == preset.Workload:
		return "Issues tokens to machines; nobody logs in there."
	case p.Use == preset.RelyingSide:
		return "Takes tokens of other providers."
	}
	return "People log in there."
}

// sure gives a fact with its source, and marks one that was not checked.
func sure(f preset.Fact) string {
	if f.Mark == preset.Checked {
		return f.Text + " (checked: " + f.Source + ")"
	}
	return f.Text + " (known, not checked)"
}
