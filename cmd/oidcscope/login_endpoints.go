package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/keep"
)

// endpointFlags are addresses of a provider that publishes no discovery document, or leaves them out of it.
type endpointFlags struct{ values map[string]*string }

func endpointFlag(name string) string { return strings.ReplaceAll(name, "_", "-") }

func (o *endpointFlags) register(cmd *cobra.Command) {
	o.values = make(map[string]*string)
	for _, name := range flows.EndpointNames() {
		what := "`URL` of the " + strings.ReplaceAll(name, "_", " ")
		if name == "jwks_uri" {
			what = "`URL` of the key set"
		}
		o.values[name] = cmd.Flags().String(endpointFlag(name), "", what+", where no discovery document names it")
	}
}

// given are those that were given, or that a preset knows.
func (o *endpointFlags) given() flows.Endpoints {
	var given flows.Endpoints
	for name, value := range o.values {
		if *value == "" {
			continue
		}
		if given == nil {
			given = make(flows.Endpoints)
		}
		given[name] = *value
	}
	return given
}

// endpointsOf are those of a kept session whose provider has no issuer.
func endpointsOf(kept keep.Session) flows.Endpoints {
	if kept.Issuer != "" {
		return nil
	}
	endpoints := make(flows.Endpoints)
	for _, name := range flows.EndpointNames() {
		if values := kept.Settings[endpointFlag(name)]; len(values) == 1 {
			endpoints[name] = values[0]
		}
	}
	return endpoints
}

// takePreset completes issuer and endpoints by what is known of a provider, when *issuer is the name of one. found is false when
// it is not.
func (o *loginOptions) takePreset(flags *pflag.FlagSet, issuer *string) (found bool, err error) {
	p, ok := preset.Find(*issuer)
	if !ok || p.Use != preset.Login {
		return false, nil
	}
	switch pattern := p.Pattern(); {
	case strings.Contains(pattern, "{"):
		return true, usage("", "%s: want its address, such as %s", p.Name, pattern)
	case pattern == "" && len(p.Endpoints) == 0:
		return false, nil
	default:
		o.preset, *issuer = strings.ToLower(*issuer), pattern
	}
	for _, e := range p.Endpoints {
		f := flags.Lookup(endpointFlag(e.Name))
		if f == nil || f.Changed || strings.Contains(e.URL, "{") {
			continue
		}
		if err := flags.Set(f.Name, e.URL); err != nil {
			return true, err
		}
	}
	return true, nil
}
