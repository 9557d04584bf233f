package flows

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Introspection is what the provider said about a token (RFC 7662 2.2).
type Introspection struct {
	Which  TokenName
	Active bool
	Raw    []byte // the JSON object, of a signed answer its token_introspection member (RFC 9701 5)
	Signed bool   // the answer was a JWT, and its signature holds

	Encrypted bool // to a key of this client, which opened it
}

// introspectionJWT is the media type of a signed answer (RFC 9701 4).
const introspectionJWT = "application/token-introspection+jwt"

// Introspect asks the provider about a token of the session (RFC 7662). Run returns a copy of the session that holds the
// [Introspection]. A token that is no longer active is an answer, not a failure.
func Introspect(s *Session, which TokenName) Flow {
	step := Step{
		ID: "introspect", Title: "Ask what the token is worth", Arrow: "introspect " + string(which), From: Client, To: Provider,
		Why: "A resource server that was handed a token can ask the provider about it: is it still good, whose is it, what does it allow. For a token that only the provider can read there is no other way, " +
			"and for a JWT it is the only way to learn that it was revoked. The asker must authenticate; otherwise anybody could try out tokens here.",
		Refs: []rule.Ref{
			{Spec: "RFC 7662", Section: "2.1", URL: "https://www.rfc-editor.org/rfc/rfc7662#section-2.1"},
			{Spec: "RFC 9701", Section: "4", URL: "https://www.rfc-editor.org/rfc/rfc9701#section-4"},
		},
		run: func(ctx context.Context, st *state) error { return st.runIntrospect(ctx, s, which) },
	}
	return Flow{
		ID: "introspect", Title: "Introspection", Summary: "Asks the provider whether a token is still good, and what it stands for.",
		Refs: step.Refs, Steps: overSession(s, step), prior: s,
	}
}

func (s *state) runIntrospect(ctx context.Context, prior *Session, which TokenName) error {
	if err := needToken(prior, which, "RFC 7662 2.1"); err != nil {
		return err
	}
	address, err := s.metadata.endpoint("introspection_endpoint",
		s.metadata.forClient(s.cfg, "introspection_endpoint", s.metadata.IntrospectionEndpoint), "RFC 8414 2")
	if err != nil {
		return err
	}
	s.resume(prior)
	token := prior.Token(which).Reveal()
	s.variable("token", token, fromSession, "introspect")
	accept := "application/json"
	if len(s.metadata.IntrospectionSigningAlgs) > 0 {
		accept = introspectionJWT + ", application/json;q=0.9"
	}
	e, err := s.postFor(ctx, "introspection", address, url.Values{"token": {token}, "token_type_hint": {string(which)}}, accept)
	if err != nil {
		return err
	}
	in := Introspection{Which: which}
	media := mediaType(record.Get(e.Response.Headers, "Content-Type"))
	if e.Response.Status < 300 && (media == introspectionJWT || looksLikeJWT(e.Response.Body.Data)) {
		return s.takeSignedIntrospection(ctx, e, in)
	}
	if _, err := s.object(e, "introspection answer", "RFC 7662 2.2"); err != nil {
		return s.explainClient(err)
	}
	in.Raw = jsonBody(e.Response)
	return s.takeIntrospection(e, in)
}

// activeAs says how active came when it is not true or false.
func activeAs(object map[string]json.RawMessage) string {
	if raw, there := object["active"]; there {
		return excerpt(raw, 40)
	}
	return "missing, among " + members(object)
}

// takeSignedIntrospection verifies a JWT answer before what it says is believed (RFC 9701 5).
func (s *state) takeSignedIntrospection(ctx context.Context, e *record.Exchange, in Introspection) error {
	const ref = "RFC 9701 5"
	token, err := s.verifiedJWT(ctx, e, "introspection answer", ref)
	if err != nil {
		return err
	}
	if typ := headerText(token, "typ"); !strings.EqualFold(strings.TrimPrefix(strings.ToLower(typ), "application/"), "token-introspection+jwt") {
		s.found(rule.Warn, "introspection-typ", "the answer's typ is not token-introspection+jwt", "", ref)
	}
	member := token.Payload.Get("token_introspection")
	if member == nil || member.Kind != inspect.Object {
		return problem(ProblemAnswer, "an introspection answer with token_introspection", "a JWT without it", ref).about(e)
	}
	in.Raw, in.Signed, in.Encrypted = []byte(member.Raw), true, isEncrypted(inspect.Decode(string(bytes.TrimSpace(e.Response.Body.Data))).Kind)
	return s.takeIntrospection(e, in)
}

// introspected lists the members that are told one by one (RFC 7662 2.2; RFC 8693 4; RFC 9449 6.2; RFC 9396 9.2).
var introspected = [...]string{"active", "token_type", "scope", "client_id", "username", "sub", "iss", "aud", "exp", "iat", "nbf", "jti",
	"cnf", "act", "may_act", "authorization_details", "acr", "auth_time"}

func (s *state) takeIntrospection(e *record.Exchange, in Introspection) error {
	const ref = "RFC 7662 2.2"
	var object map[string]json.RawMessage
	if err := json.Unmarshal(in.Raw, &object); err != nil {
		return problem(ProblemAnswer, "an introspection answer", err.Error(), ref).about(e)
	}
	if json.Unmarshal(object["active"], &in.Active) != nil {
		return problem(ProblemAnswer, "an introspection answer with active: true or false", activeAs(object), ref).about(e)
	}
	for _, name := range introspected {
		if raw, there := object[name]; there {
			s.variable(name, first(dialect(object).text(name), string(bytes.TrimSpace(raw))), "introspection answer")
		}
	}
	s.session.Introspection = &in
	s.note = "active"
	if !in.Active {
		s.outcome = NotGood
		s.note = "not active: the provider does not accept this token (expired, revoked, never issued, or not for this client to see)"
		if len(object) > 1 {
			s.found(rule.Info, "introspection-inactive-members", "the answer about an inactive token says more than that it is inactive", "", ref)
		}
	}
	if in.Signed {
		s.note += "; the answer is signed, and the signature holds"
	}
	if in.Encrypted {
		s.note += "; it was encrypted to this client"
	}
	s.emit(Received{Meta: s.here(), Which: IntrospectionAnswer, Raw: secret.New(string(in.Raw))})
	return nil
}

// verifiedJWT reads an answer that is a JWT signed by the provider, and refuses it unless a key of the provider verifies it,
// it comes from the issuer and, when it names an audience, is for this client.
func (s *state) verifiedJWT(ctx context.Context, e *record.Exchange, what, ref string) (*inspect.Token, error) {
	raw := secret.New(string(bytes.TrimSpace(e.Response.Body.Data)))
	if err := s.findKey(ctx, s.speaking(raw)); err != nil {
		return nil, err
	}
	report := s.look(raw, inspect.Context{Now: s.cfg.Now(), Profile: inspect.ProfileJWT})
	if p := s.judgeJWT(report, what, ref); p != nil {
		return nil, p.about(e)
	}
	return innermost(report).Token, nil
}

// judgeJWT says why an object that the provider signed is not to be believed, or nil.
func (s *state) judgeJWT(r *inspect.Report, what, ref string) *Problem {
	if p := unopened(r, what, ref); p != nil {
		return p
	}
	r = innermost(r)
	if r.Signature.Status != inspect.Verified {
		return problem(ProblemCheck, what+" signed by a key of the provider",
			strings.TrimSuffix("signature "+string(r.Signature.Status)+": "+r.Signature.Reason, ": "), ref)
	}
	if iss := memberText(r.Token.Payload, "iss"); iss != "" && iss != s.metadata.Issuer {
		return different(s.metadata.Issuer, iss, ref)
	}
	if aud := r.Token.Payload.Get("aud"); aud != nil && s.cfg.ClientID != "" {
		if all, ok := aud.Texts(); !ok || !slices.Contains(all, s.cfg.ClientID) {
			return problem(ProblemCheck, what+" for the client "+s.cfg.ClientID, "one for "+aud.Raw, ref)
		}
	}
	if r.Time.Status == inspect.TimeExpired {
		return problem(ProblemCheck, what+" that has not expired", "one that has", ref)
	}
	return nil
}
