package home

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/preset"
)

// complete gives the presets that a beginning could mean, of providers where people log in; none once it looks like an
// address.
func complete(typed string) []*preset.Preset {
	if strings.ContainsAny(typed, "/:.") {
		return nil
	}
	return slices.DeleteFunc(preset.Complete(typed), func(p *preset.Preset) bool {
		return p.Use != preset.Login || p.Pattern() == "" && len(p.Endpoints) == 0
	})
}

// presetOf recognises the provider behind an issuer; nil when its address says nothing.
func presetOf(issuer string) *preset.Preset {
	p, _ := preset.Recognise(preset.Clues{Issuer: issuer})
	return p
}
