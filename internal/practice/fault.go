package practice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// A provider misbehaves in one way at a time, chosen by name before it starts ([Options.Fault]). A fault is data: a row in
// the list of its area (faults_discovery.go, faults_token.go, …) that says what the provider does, which mistake of the
// real world it imitates, what the person should see, and what it must lead to. The provider first answers as it always does,
// and the fault changes that answer on its way out (misbehave.go); so every fault begins with real keys, codes and tokens, and
// breaks one thing only.

// Area is where a fault sits.
type Area string

const (
	AreaDiscovery     Area = "discovery"
	AreaKeys          Area = "keys"
	AreaAuthorization Area = "authorization"
	AreaToken         Area = "token"
	AreaIDToken       Area = "ID token"
	AreaDevice        Area = "device"
	AreaRefresh       Area = "refresh"
	AreaUserInfo      Area = "userinfo"
	AreaNetwork       Area = "network"
	AreaLax           Area = "leniency"
)

// Fault is one way to misbehave.
type Fault struct {
	Name  string // "id-expired"; what demo --fault takes
	Title string // "An ID token that has expired"
	Where Area
	Does  string // what the provider does
	Like  string // which mistake of the real world that is
	See   string // what the person should see
	Flow  string // the login that shows it: "pkce" or "device"
	Leads Lead

	at      []string         // paths of the answers that it changes; token answers are those of logins, or of refreshes in AreaRefresh
	instead func(*slip) bool // answers in the provider's place, which then hears nothing of the request; false: it does not
	change  func(*slip)      // changes an answer; nil: it does not
	client  clientLimits     // what a client should not wait for
}

// Lead is what a fault must lead to, so that a test can see that it does. An empty member says nothing.
type Lead struct {
	OK        bool               // the run ends well all the same
	Step      string             // id of the step that fails, also one that the run can do without; of the refresh's, when the fault is there
	Kind      flows.ProblemKind  // of its problem
	Failure   record.FailureKind // when the transport failed
	Code      string             // OAuth error code of its problem
	Item      string             // subject of the item of the ID token checklist that fails
	Findings  []string           // ids of findings about the run or a token: "RUN-content-type", "TOK-050"
	Diagnosis string             // id of the diagnosis of its problem
	Doctor    string             // id of the provider check that finds it without a login
	Probes    []string           // ids of the probes that find it
}

// After says what has to be done after the login for the fault to show: "refresh", or "" for nothing.
func (f *Fault) After() string {
	if f.Where == AreaRefresh {
		return "refresh"
	}
	return ""
}

// Faults lists all faults, by area in the order of a login.
func Faults() []Fault {
	return slices.Concat(discoveryFaults(), keyFaults(), authorizationFaults(), deviceFaults(), tokenFaults(), idTokenFaults(),
		refreshFaults(), userInfoFaults(), networkFaults(), laxFaults(), laxTokenFaults())
}

// FindFault gives the fault of that name.
func FindFault(name string) (*Fault, error) {
	faults := Faults()
	if i := slices.IndexFunc(faults, func(f Fault) bool { return f.Name == name }); i >= 0 {
		return &faults[i], nil
	}
	var near []string
	for _, f := range faults {
		if name != "" && (strings.Contains(f.Name, name) || strings.Contains(name, f.Name)) {
			near = append(near, f.Name)
		}
	}
	if len(near) > 0 {
		return nil, fmt.Errorf("want a fault of the practice provider, got %q; near it: %s", name, strings.Join(near, ", "))
	}
	return nil, fmt.Errorf("want one of the %d faults of the practice provider, got %q", len(faults), name)
}

// Fault is how this provider misbehaves; nil when it does not.
func (p *Provider) Fault() *Fault { return p.fault }
