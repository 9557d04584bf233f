package diagnose

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// situation is everything that is known about a problem, in the form that rows look at.
type situation struct {
	endpoint Endpoint
	grant    string
	status   int
	code     string
	sub      string
	ref      string
	bare     bool
	words    words // all of the answer's words, the code included
	prose    words // those that are written for people
	kind     flows.ProblemKind
	failure  *record.Failure
	shape    string
	found    []string // slugs of what was unusual before
	aloud    bool     // the login is known to have been asked for without prompt=none

	preset *preset.Preset
	facts  map[string]string // for the texts
	sent   url.Values        // parameters of the request
	proved bool              // the request proves a key (DPoP)

	faithful bool             // the code was sent as it came, with the redirect URI and verifier of its own request
	answer   *record.Response // nil when none came, or it is not known
	scheme   string           // of the request's Authorization field, in lower case
	checked  []string         // what was looked at
}

// newSituation reads a problem and what is known beside it.
func newSituation(p *flows.Problem, in flows.DiagnosisInput) *situation {
	s := &situation{kind: p.Kind, ref: p.Ref, failure: p.Failure, found: in.Found, facts: make(map[string]string)}
	s.readAnswer(p, in)
	s.endpoint = endpointOf(in, p)
	s.readConfig(in)
	s.readRequest(in)
	s.readMetadata(in)
	s.readClock(in)
	s.recognise(p, in)
	return s
}

func (s *situation) looked(what string) { s.checked = append(s.checked, what) }

// fact keeps the first value of a name: what is read first is nearer to the failure.
func (s *situation) fact(name, value string) {
	if value = strings.TrimSpace(value); value != "" && s.facts[name] == "" {
		s.facts[name] = value
	}
}

func (s *situation) readAnswer(p *flows.Problem, in flows.DiagnosisInput) {
	texts := []string{p.Got}
	if o := p.OAuth; o != nil {
		s.code, s.sub, s.status, s.shape = asciiLower(o.Code), o.SubCode, o.Status, o.Shape
		if strings.Contains(s.code, " ") || s.code == "oauthexception" { // a message, or a class, where the code should be
			s.code = ""
		}
		s.bare = o.Code != "" && o.Description == "" && o.Hint == "" && o.SubCode == ""
		texts = []string{o.Code, o.SubCode, o.Description, o.Hint, o.URI}
		s.fact("error", o.Code)
		s.fact("sub", o.SubCode)
		s.fact("error_uri", o.URI)
		s.fact("description", firstSentence(o.Description))
		s.looked("the error answer")
	}
	if p.Failure != nil {
		texts = append(texts, p.Failure.Message, p.Failure.Cause)
		s.fact("host", p.Failure.Host)
		s.looked("how the connection failed")
	}
	if p.Expected != "" && p.OAuth == nil {
		s.fact("expected", p.Expected)
		s.fact("got", p.Got)
		texts = append(texts, p.Expected)
	}
	if e := in.Exchange; e != nil && e.Response != nil {
		s.answer = e.Response
		s.fact("retry_after", retryAfter(e.Response))
		s.fact("step_up", flows.StepUp(e.Response))
		s.fact("wanted_scope", wantedScope(e.Response))
		if s.status == 0 {
			s.status = e.Response.Status
		}
	}
	if s.status != 0 {
		s.fact("status", fmt.Sprint(s.status))
		s.fact("status_text", strings.TrimSpace(fmt.Sprintf("%d %s", s.status, http.StatusText(s.status))))
	}
	s.words = newWords(texts...)
	if s.prose = s.words; p.OAuth != nil {
		s.prose = newWords(p.OAuth.Description, p.OAuth.Hint)
	}
}

// hasSub compares the provider's finer code: AADSTS50011 is also known by its digits, 50011.
func (s *situation) hasSub(sub string) bool {
	if strings.EqualFold(s.sub, sub) {
		return true
	}
	digits := strings.TrimLeft(sub, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	return s.sub != "" && digits != "" && s.sub == digits
}

func (s *situation) readConfig(in flows.DiagnosisInput) {
	s.fact("redirect_uri", in.RedirectURI)
	c := in.Config
	s.fact("client_id", c.ClientID)
	s.fact("issuer", c.Issuer)
	s.aloud = c.ClientID != "" && !contains(c.Request.Prompt, "none") && c.Extra.Get("prompt") != "none"
	s.fact("scope", strings.Join(in.Scopes, " "))
	s.fact("scope", strings.Join(c.Scopes, " "))
	s.fact("redirect_uri", c.RedirectURI)
	s.fact("post_logout_redirect_uri", c.PostLogoutRedirectURI)
	s.fact("resource", strings.Join(c.Request.Resources, " "))
	s.fact("asked_resource", s.facts["resource"])
	if c.Request.JAR || c.Request.EncryptJAR {
		s.fact("signed_request", "the page may also say that signed requests are not taken at all, or that the key or algorithm of this one is not the registered one")
	}
	if u, err := url.Parse(c.Issuer); err == nil {
		s.fact("host", u.Host)
	}
	if len(c.Transport.ClientCertPEM) > 0 {
		s.fact("certificate_shown", "the server does not accept the client's certificate (an authority that it does not trust, or out of date): with TLS 1.3 it can say so only after the handshake, and many just hang up")
	}
	if c.ClientID != "" {
		s.looked("the client's settings")
	}
}

// readRequest reads what was sent: parameters of the query and the form, and how the client authenticated.
func (s *situation) readRequest(in flows.DiagnosisInput) {
	e := in.Exchange
	if e == nil || e.Request.URL == "" {
		return
	}
	s.looked("the request that was sent")
	s.sent = url.Values{}
	if u, err := url.Parse(e.Request.URL); err == nil {
		s.sent = u.Query()
		s.fact("endpoint", (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String())
		s.facts["host"] = u.Host
	}
	body := string(e.Request.Body.Data)
	form, err := url.ParseQuery(body)
	if err == nil && !strings.HasPrefix(strings.TrimSpace(body), "{") {
		for name, values := range form {
			s.sent[name] = append(s.sent[name], values...)
		}
	}
	s.facts["method"] = e.Request.Method
	if media := record.Get(e.Request.Headers, "Content-Type"); media != "" {
		s.fact("sent_type", media)
	}
	if origin := record.Get(e.Request.Headers, "Origin"); origin != "" {
		s.fact("origin", origin)
	}
	if s.grant = s.sent.Get("grant_type"); s.grant != deviceGrant && strings.Contains(s.grant, "device") {
		s.fact("short_grant", "for device codes the name is")
	}
	for _, name := range []string{"redirect_uri", "client_id", "scope", "resource", "audience", "response_type", "grant_type", "code_challenge_method"} {
		if v := s.sent.Get(name); v != "" {
			s.facts[name] = v
		}
	}
	s.proved = record.Get(e.Request.Headers, "DPoP") != ""
	s.readClientAuth(e, in)
	s.faithful = !in.Unproven && len(e.Edits) == 0 && len(in.Edits) == 0 && s.kind != "" && s.sent.Get("code_verifier") != ""
	if len(e.Edits) > 0 {
		s.looked("the edits made to it (" + strings.Join(e.Edits, ", ") + ")")
		s.fact("edits", strings.Join(e.Edits, ", "))
	}
}

func (s *situation) readClientAuth(e *record.Exchange, in flows.DiagnosisInput) {
	scheme, credentials, _ := strings.Cut(record.Get(e.Request.Headers, "Authorization"), " ")
	s.scheme = asciiLower(scheme)
	switch {
	case strings.EqualFold(scheme, "Basic"):
		s.fact("sent_method", "client_secret_basic")
		if raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(credentials)); err == nil {
			id, _, _ := strings.Cut(string(raw), ":")
			if plain, err := url.QueryUnescape(id); err == nil {
				s.fact("client_id", plain)
			}
		}
	case s.sent.Get("client_assertion") != "":
		method := flows.AuthPrivateKeyJWT
		if alg, _ := inspect.Decode(s.sent.Get("client_assertion")).Header.Get("alg").Text(); strings.HasPrefix(alg, "HS") {
			method = flows.AuthSecretJWT
		}
		s.fact("sent_method", string(method))
	case s.sent.Get("client_secret") != "":
		s.fact("sent_method", "client_secret_post")
	case s.sent.Get("client_id") != "" && s.endpoint != AtAuthorize && s.endpoint != AtCallback:
		method := flows.AuthNone
		if chosen := in.Config.AuthMethod; chosen != "" {
			method = chosen
		} else if len(in.Config.Transport.ClientCertPEM) > 0 && in.Metadata != nil { // it may have spoken in the handshake (RFC 8705 2)
			method = in.Metadata.AuthMethods(in.Config)[0]
		}
		s.fact("sent_method", string(method))
	}
}

func (s *situation) readMetadata(in flows.DiagnosisInput) {
	m := in.Metadata
	if m == nil {
		return
	}
	s.looked("the discovery document")
	s.facts["issuer"] = orElse(m.Issuer, s.facts["issuer"])
	s.fact("token_endpoint", m.TokenEndpoint)
	s.fact("offered_methods", strings.Join(m.TokenEndpointAuthMethods, ", "))
	s.fact("offered_grants", strings.Join(m.GrantTypesSupported, ", "))
	s.fact("offered_algs", strings.Join(m.IDTokenSigningAlgs, ", "))
	if len(m.ResponseTypesSupported) > 0 {
		s.fact("offered_response_types", ": it announces "+strings.Join(m.ResponseTypesSupported, ", "))
	}
	if len(m.ResponseModesSupported) > 0 {
		s.fact("offered_response_modes", ": it announces "+strings.Join(m.ResponseModesSupported, ", "))
	}
	s.fact("offered_details", strings.Join(m.AuthorizationDetailsTypes, ", "))
	s.readBinding(in, m)
	s.readOtherMethods(in.Config, *m)
	if len(m.ScopesSupported) > 0 {
		var unknown []string
		for _, scope := range strings.Fields(s.facts["scope"]) {
			if !contains(m.ScopesSupported, scope) {
				unknown = append(unknown, scope)
			}
		}
		s.fact("unannounced_scope", strings.Join(unknown, " "))
		if len(unknown) > 0 {
			s.fact("unannounced_scopes", "; the provider does not announce: "+strings.Join(unknown, " "))
		}
	}
}

// readBinding keeps that the provider can bind tokens, when this request proved no key. Several say no more than invalid_grant to
// a client that is registered for bound tokens.
func (s *situation) readBinding(in flows.DiagnosisInput, m *flows.Metadata) {
	if s.proved || s.endpoint != AtToken {
		return
	}
	switch {
	case len(m.DPoPSigningAlgs) > 0 && !in.Config.Request.DPoP:
		s.fact("unbound", "the client is registered for tokens that are bound to a key (DPoP), and the request proves none")
		s.fact("bind", "if the client is registered for bound tokens, bind them")
		s.fact("bind_flag", "--dpop")
	case m.CertificateBoundTokens && len(in.Config.Transport.ClientCertPEM) == 0:
		s.fact("unbound", "the client is registered for tokens that are bound to a certificate, and none was shown")
		s.fact("bind", "if the client is registered for bound tokens, show its certificate")
		s.fact("bind_flag", "--cert FILE --key FILE")
	}
}

// readOtherMethods keeps how else the client could authenticate than it did. A client that came without anything may have left its
// secret at home.
func (s *situation) readOtherMethods(c flows.Config, m flows.Metadata) {
	can := m.AuthMethods(c)
	if can[0] == flows.AuthNone {
		c.ClientSecret = secret.New("the one that it may have")
		can = m.AuthMethods(c)
	}
	var others []string
	for _, method := range can {
		if string(method) != s.facts["sent_method"] {
			others = append(others, string(method))
		}
	}
	if len(others) > 0 {
		s.fact("other_method", others[0])
	}
	if len(others) > 1 {
		s.fact("further_methods", "; it could also be "+strings.Join(others[1:], " or "))
	}
}

// readClock compares the provider's clock with ours.
func (s *situation) readClock(in flows.DiagnosisInput) {
	if !in.SkewKnown {
		return
	}
	s.looked("the provider's clock (Date) against ours")
	skew := in.Skew.Round(time.Second)
	if skew.Abs() < 5*time.Second {
		s.fact("clock", "the two clocks agree")
		s.fact("clocks_agree", "yes")
		return
	}
	side := "behind"
	if skew < 0 {
		side = "ahead of"
	}
	s.fact("clock", fmt.Sprintf("the clock here is %s %s the provider's", skew.Abs(), side))
	s.fact("skew", skew.Abs().String())
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func contains(all []string, one string) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}

// firstSentence gives the beginning of a description, without ids and times that follow.
func firstSentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, end := range []string{" Trace ID:", ". "} {
		if i := strings.Index(text, end); i > 0 {
			text = text[:i]
		}
	}
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	return strings.TrimRight(text, ".")
}
