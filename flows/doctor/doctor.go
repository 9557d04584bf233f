// Package doctor checks a provider without logging in: its discovery document, its keys, how it travels (HTTP, TLS, clocks),
// its endpoints, and a client's configuration against it. What it knows is a list of rules ([Rules]); what they judge is a
// [Subject], which holds what was fetched and nothing else.
//
// Use [Run] with a [Config]: an issuer to fetch from, or documents that are at hand. It collects everything at the same time and
// judges each rule as soon as what the rule needs is there, so that results stream. It promises that no request holds a
// credential, that every request goes through a record.Transport and is told, that a check that could not be made is never called
// passed, and that a cause silences its consequences: a rule whose Needs failed is not reached.
//
// Needs of a rule name other rules ("DISC-002") and facts ([Fact]): things that are fetched or known, or not.
package doctor

import (
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Profile says what the provider is for, and so which checks apply. It is picked before anything is judged: an issuer of
// workload tokens has no login, and is not to be blamed for it.
type Profile string

const (
	// Login is an OpenID Provider that people log in at (OpenID Connect Discovery 3).
	Login Profile = "login"
	// OAuth is an authorization server without OpenID Connect (RFC 8414).
	OAuth Profile = "oauth"
	// IssuerOnly publishes an issuer and its keys, and nothing to send requests to: GitHub Actions, Kubernetes, SPIFFE.
	IssuerOnly Profile = "issuer-only"
)

// Config says what to check. Without documents at hand, Issuer is fetched from; with one of them nothing is fetched at all.
type Config struct {
	Issuer   string // or the address of its discovery document
	Document []byte // a discovery document at hand; nil: fetched
	KeySet   []byte // a key set at hand; nil: fetched
	Profile  Profile
	Passive  bool // nothing but the public documents is asked for
	Register bool // also ask the registration endpoint whether it takes anybody

	Client   *Client  // nil: no client to check
	Token    string   // a token whose key and issuer are looked for; empty: none
	Previous *Subject // of an earlier run, to compare the keys with
	Machine  Machine

	Transport flows.Transport

	// The following have defaults that a program never changes; tests do.
	Now     func() time.Time
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	Listen  func(ctx context.Context, network, address string) (net.Listener, error)
}

// Client is what is known of a client that is to log in. What is empty is not known.
type Client struct {
	ID           string
	RedirectURI  string
	Scopes       []string
	AuthMethod   flows.AuthMethod
	Public       bool // it has no secret
	Secret       bool // it has one; SecretOdd tells what the doctor may know of it
	SecretOdd    bool // the secret holds characters that change under form-encoding
	State, Nonce string
	ManyIssuers  bool // it talks to more than one issuer
}

// Machine is what the program knows of the machine it runs on. The engine itself does not look.
type Machine struct {
	Proxy     string // variable that names a proxy: "HTTPS_PROXY"; empty: none
	Remote    string // why a browser elsewhere can't reach a listener here: "SSH", "a container"; empty: it can
	Container bool
	TimeZone  string // TZ, when set
}

// Event is one thing that happened in a run. The set is closed: the types below.
type Event interface{ isEvent() }

type (
	// Began opens a run: the checks that will be made.
	Began struct {
		Issuer string
		Checks []Check
	}
	// Exchanged is a finished request.
	Exchanged struct{ record.Exchange }
	// Probing tells a request beyond the public documents before it is sent.
	Probing struct{ Purpose, Method, URL string }
	// Picked tells the profile, and who the provider seems to be.
	Picked struct {
		Profile  Profile
		Provider string // name of the preset; empty: not recognised
	}
	// Checked is the end of one check.
	Checked struct{ Outcome }
	// Done closes every run.
	Done struct{ Report *Report }
)

func (Began) isEvent()     {}
func (Exchanged) isEvent() {}
func (Probing) isEvent()   {}
func (Picked) isEvent()    {}
func (Checked) isEvent()   {}
func (Done) isEvent()      {}

// Check is a rule as a list shows it before it ran.
type Check struct{ ID, Slug, Title string }

// Outcome is how one check ended.
type Outcome struct {
	rule.Outcome
	Title  string
	Remark string // what is known of this provider that bears on the finding
}

// Report is what a run leaves. Outcomes has one for each rule, by id.
type Report struct {
	Issuer      string
	Profile     Profile
	Provider    string // name of the preset; empty: not recognised
	Outcomes    []Outcome
	Overview    Overview
	Unreachable string // why the provider could not be asked at all; empty when it answered
	Duration    time.Duration
	Requests    int
	Subject     *Subject
}

// Summary counts outcomes: by severity those with findings, by result the others.
type Summary struct {
	Checks        int `json:"checks"`
	Errors        int `json:"errors"`
	Warnings      int `json:"warnings"`
	Infos         int `json:"infos"`
	Passed        int `json:"passed"`
	NotApplicable int `json:"not_applicable"`
	NotReached    int `json:"not_reached"`
}

// Count makes the summary of outcomes.
func Count(outcomes []Outcome) Summary {
	s := Summary{Checks: len(outcomes)}
	for i := range outcomes {
		switch o := &outcomes[i]; o.Result {
		case rule.Pass:
			s.Passed++
		case rule.NotApplicable:
			s.NotApplicable++
		case rule.NotReached:
			s.NotReached++
		default:
			switch o.Worst() {
			case rule.Error:
				s.Errors++
			case rule.Warn:
				s.Warnings++
			default:
				s.Infos++
			}
		}
	}
	return s
}
