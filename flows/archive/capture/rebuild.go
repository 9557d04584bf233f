package capture

import (
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/diagnose"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

const missing = "not in the capture"

// rebuilder tells one login as the engine would have told it.
type rebuilder struct {
	*evidence
	g        *group
	events   []flows.Event
	secrets  *secret.Set
	run      string
	step     string
	now      time.Time // of the message that is told
	ids      int
	metadata *flows.Metadata
	keys     *inspect.KeySet
	config   flows.Config
	flow     flows.Flow
	tokens   flows.Tokens
	names    []flows.TokenName
	last     *record.Exchange
	failed   *flows.Problem // that ends the run
	agreed   bool           // the token request was seen to have the verifier and the redirect URI of its login
	bad      bool           // a check failed, the run went on
	unusual  []string
	outcome  flows.Outcome // of the step
}

// rebuild gives the events of a group.
func (c *evidence) rebuild(g *group, run string) []flows.Event {
	r := &rebuilder{evidence: c, g: g, run: run, secrets: new(secret.Set)}
	r.metadata = c.metadataOf(g.request, g.push, g.device, g.token, firstOf(g.after))
	r.now = g.start().at
	r.configure()
	r.keys = c.keysFor(r.metadata, g.start())
	r.flow = r.chooseFlow()
	started := r.now
	var steps []flows.StepInfo
	for _, s := range r.flow.Steps {
		steps = append(steps, flows.StepInfo{ID: s.ID, Title: s.Title, From: s.From, To: s.To})
	}
	warnings := []string{"rebuilt from " + c.by + ": oidcscope sent nothing, and knows only what the browser saw"}
	if r.flow.Caution != "" {
		warnings = append(warnings, r.flow.Caution)
	}
	r.emit(flows.RunStarted{Meta: r.meta(), Flow: r.flow.ID, Title: r.flow.Title, Issuer: r.config.Issuer, ClientID: r.config.ClientID, Steps: steps, Warnings: warnings})
	for _, s := range r.flow.Steps {
		if r.failed != nil && !s.Optional {
			break
		}
		r.tellStep(s.ID)
	}
	r.step = ""
	if r.names == nil {
		r.names = []flows.TokenName{}
	}
	r.emit(flows.Done{Meta: r.meta(), OK: r.failed == nil && !r.bad, Duration: r.now.Sub(started), Tokens: r.names})
	for i := range r.events { // every event knows all secrets of the run
		flows.Remember(r.secrets, r.events[i])
	}
	return r.events
}

func firstOf(all []*message) *message {
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// configure finds out who asked whom for what.
func (r *rebuilder) configure() {
	g := r.g
	for _, q := range []map[string][]string{g.asked, formOf(g.push), formOf(g.device), formOf(g.token)} {
		for name, into := range map[string]*string{"client_id": &r.config.ClientID, "redirect_uri": &r.config.RedirectURI} {
			if v := q[name]; len(v) > 0 && *into == "" {
				*into = v[0]
			}
		}
		if v := q["scope"]; len(v) > 0 && r.config.Scopes == nil {
			r.config.Scopes = strings.Fields(v[0])
		}
	}
	if r.config.ClientID == "" && g.token != nil {
		r.config.ClientID = basicUser(g.token.x.Request.Headers)
	}
	switch {
	case r.metadata != nil:
		r.config.Issuer = r.metadata.Issuer
	case g.answer.Get("iss") != "":
		r.config.Issuer = g.answer.Get("iss")
	default:
		start := g.start()
		r.config.Issuer = start.url.Scheme + "://" + start.url.Host
	}
}

func formOf(m *message) map[string][]string {
	if m == nil {
		return nil
	}
	return m.form
}

func (r *rebuilder) meta() flows.Meta {
	return flows.Meta{Time: r.now, Run: r.run, Step: r.step}.WithSecrets(r.secrets)
}

func (r *rebuilder) emit(e flows.Event) {
	flows.Remember(r.secrets, e)
	r.events = append(r.events, e)
}

// exchange tells a message, once.
func (r *rebuilder) exchange(m *message, purpose string) *record.Exchange {
	x := m.x
	r.ids++
	x.ID, x.Step, x.Purpose = r.ids, r.step, purpose
	if m.end.After(r.now) {
		r.now = m.end
	}
	r.emit(flows.Exchange{Meta: r.meta(), Exchange: x})
	r.last = &x
	return &x
}

func (r *rebuilder) variable(name, value, from string, usedBy ...string) {
	if value != "" {
		r.emit(flows.Variable{Meta: r.meta(), Name: name, Value: value, Secret: secret.IsParam(name), From: from, UsedBy: usedBy})
	}
}

func (r *rebuilder) found(severity rule.Severity, slug, message, ref string) {
	r.unusual = append(r.unusual, slug)
	r.bad = r.bad || severity == rule.Error
	r.emit(flows.Found{Meta: r.meta(), Finding: rule.Finding{ID: "RUN-" + slug, Slug: slug, Severity: severity, At: r.step, Message: message, Ref: ref}})
}

// fail ends the step, and the run.
func (r *rebuilder) fail(p *flows.Problem) {
	p.Mark = -1
	in := flows.DiagnosisInput{Flow: r.flow.ID, Step: r.step, Config: r.config, Metadata: r.metadata, RedirectURI: r.config.RedirectURI,
		Scopes: r.config.Scopes, Found: r.unusual, Unproven: !r.agreed}
	if r.last != nil && r.last.ID == p.Exchange {
		in.Exchange = r.last
	}
	if d := diagnose.Problem(p, in); d != nil {
		p.Diagnosis = d
	}
	r.emit(flows.StepFailed{Meta: r.meta(), Problem: *p})
	if r.failed == nil {
		r.failed = p
	}
}

func (r *rebuilder) skip(reason string) { r.emit(flows.StepSkipped{Meta: r.meta(), Reason: reason}) }

func (r *rebuilder) done(since time.Time, notes ...string) {
	notes = slices.DeleteFunc(notes, func(s string) bool { return s == "" })
	r.emit(flows.StepDone{Meta: r.meta(), Duration: max(0, r.now.Sub(since)), Note: strings.Join(notes, "; "), Outcome: r.outcome})
}

// unchecked is a note on what the step is for and the capture does not allow: no tick may stand before it.
func (r *rebuilder) unchecked(note string) string {
	r.outcome = flows.NotChecked
	return note
}

// tellStep tells one step, by its id in the engine's flows.
func (r *rebuilder) tellStep(id string) {
	r.step, r.outcome = id, flows.Good
	if m := r.opens(id); m != nil && m.at.After(r.now) {
		r.now = m.at
	}
	r.emit(flows.StepStarted{Meta: r.meta()})
	switch id {
	case "discovery":
		r.tellDiscovery()
	case "keys":
		r.tellKeys()
	case "prepare":
		r.tellPrepare()
	case "request_object":
		r.tellRequestObject()
	case "par":
		r.tellPush()
	case "authorize":
		r.tellAuthorize()
	case "front_id_token":
		r.tellIDToken(r.g.answer.Get("id_token"), true)
	case "device", "backchannel":
		r.tellDevice()
	case "token":
		r.tellToken()
	case "id_token":
		r.tellIDToken(r.tokens.ID.Reveal(), r.g.token == nil)
	case "userinfo", "introspect", "revoke", "logout":
		r.tellAfter(id)
	default:
		r.skip(missing)
	}
}

// opens gives the message that a step begins with.
func (r *rebuilder) opens(id string) *message {
	switch id {
	case "authorize":
		return r.g.request
	case "par":
		return r.g.push
	case "device", "backchannel":
		return r.g.device
	case "token":
		return firstOf(r.g.polls)
	}
	return nil
}
