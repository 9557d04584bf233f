package docgen

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/internal/practice"
)

// Faults is the page of the practice provider's faults.
func Faults() string {
	var b strings.Builder
	faults := practice.Faults()
	fmt.Fprintf(&b, note+"# Faults of the practice provider\n\n`oidcscope demo --fault NAME` starts the practice provider with one mistake, on purpose, and logs in to it. "+
		"There are %d. A test runs each through the real engine, the diagnosis and the provider checks, and compares what happens with what stands here.\n\n"+
		"*Leads to* names the step that fails, the findings, the failed item of the ID token's checklist, the diagnosis, the check by which `oidcscope doctor` finds the mistake without a login, "+
		"and the probes by which `oidcscope probe` does.\n", len(faults))
	var area practice.Area
	for _, f := range faults {
		if f.Where != area {
			area = f.Where
			fmt.Fprintf(&b, "\n## %s%s\n\n| fault | the provider … | as with | to be seen | leads to |\n|---|---|---|---|---|\n",
				strings.ToUpper(string(area[:1])), area[1:])
		}
		flow := ""
		if f.Flow != "pkce" {
			flow = "<br>`--flow " + f.Flow + "`"
		}
		fmt.Fprintf(&b, "| **%s**<br>`%s`%s | %s | %s | %s | %s |\n", cell(f.Title), f.Name, flow, cell(f.Does), cell(f.Like), cell(f.See), cell(leads(f.Leads)))
	}
	return b.String()
}

// leads says in a line what a fault leads to.
func leads(l practice.Lead) string {
	var parts []string
	add := func(what string, values ...string) {
		for _, v := range values {
			if v != "" {
				parts = append(parts, what+" "+v)
			}
		}
	}
	if l.OK {
		parts = append(parts, "the run ends well")
	}
	add("step", l.Step)
	add("transport", string(l.Failure))
	add("error", l.Code)
	add("item", l.Item)
	add("finding", l.Findings...)
	add("diagnosis", l.Diagnosis)
	add("check", l.Doctor)
	add("probe", l.Probes...)
	return strings.Join(parts, "; ")
}
