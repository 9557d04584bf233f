package capture

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// The part of a login that goes through the browser.

// tellPrepare tells what the request says of the values that its client made.
func (r *rebuilder) tellPrepare() {
	if r.g.request == nil {
		r.skip("the authorization request is " + missing + ": state, nonce and challenge are not known")
		return
	}
	const from = "the authorization request"
	q := r.g.asked
	for _, name := range []string{"redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "response_type", "response_mode"} {
		uses := map[string][]string{"redirect_uri": {"authorize", "token"}, "state": {"authorize"}, "nonce": {"id_token"}, "code_challenge": {"token"}}[name]
		r.variable(name, q.Get(name), from, uses...)
	}
	var notes []string
	if !q.Has("state") && !q.Has("nonce") && !q.Has("code_challenge") {
		r.found(rule.Warn, "capture-unprotected", "the request has neither state, nor nonce, nor code_challenge: an answer to another login would be taken for this one's", "RFC 9700 2.1")
	} else if strings.Contains(q.Get("response_type"), "code") && !q.Has("code_challenge") {
		r.found(rule.Warn, "capture-no-pkce", "the request has no code_challenge: the code is not protected by PKCE", "RFC 9700 2.1.1")
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if q.Has(name) {
			notes = append(notes, name)
		}
	}
	r.done(r.now, "the request has "+strings.Join(append(notes, "redirect_uri"), ", "))
}

func (r *rebuilder) tellRequestObject() {
	r.done(r.now, "the request is a signed object; it is made where the browser does not see it")
}

func (r *rebuilder) tellPush() {
	m := r.g.push
	e := r.exchange(m, "par")
	if r.refused(m, e, "a request_uri", "RFC 9126 2.3") {
		return
	}
	r.variable("request_uri", m.answer["request_uri"], "the answer", "authorize")
	r.done(m.at, "the request was pushed")
}

func (r *rebuilder) tellAuthorize() {
	g := r.g
	since := r.now
	if g.request != nil {
		r.exchange(g.request, "authorization")
	}
	for _, m := range g.pages {
		if m != g.sentBack && m != g.request {
			r.exchange(m, "login page")
		}
	}
	if g.sentBack != nil && g.sentBack != g.request {
		r.exchange(g.sentBack, "answer of the provider")
	}
	if g.callback != nil {
		r.exchange(g.callback, "callback")
	}
	if g.answer == nil {
		r.noAnswer()
		return
	}
	params := g.answer
	var notes []string
	if object := params.Get("response"); object != "" {
		r.variable("response", object, "the browser, "+g.carrier)
		switch {
		case sealed(params) && masked(object):
			r.done(since, r.unchecked("the answer is one object (JARM), masked in the capture: what it says is not checked"))
			return
		case sealed(params):
			r.done(since, r.unchecked("the answer is encrypted to the client (JARM): what it says is not checked"))
			return
		case !r.checkResponse(object):
			return
		}
		notes = append(notes, "the answer is signed (JARM)")
	}
	if p := r.judgeAnswer(params); p != nil {
		p.Exchange = r.last.ID
		r.fail(p)
		return
	}
	from := "the browser, " + g.carrier
	r.variable("code", params.Get("code"), from, "token")
	r.variable("iss", params.Get("iss"), from)
	switch {
	case g.request == nil:
		notes = append(notes, r.unchecked("state not checked: the request is "+missing))
	case masked(g.asked.Get("state")) || masked(params.Get("state")):
		notes = append(notes, r.unchecked("state not checked: it is masked in the capture"))
	case g.asked.Has("state"):
		notes = append(notes, "state is the one that was sent")
	default:
		notes = append(notes, "no state was sent")
	}
	if params.Has("iss") && r.metadata != nil {
		notes = append(notes, "iss is the issuer")
	}
	r.tellFrontTokens(params)
	r.tellCarrier()
	r.done(since, notes...)
}

// judgeAnswer makes the engine's checks, as far as the capture holds what they need.
func (r *rebuilder) judgeAnswer(params url.Values) *flows.Problem {
	asked := flows.Asked{State: r.g.asked.Get("state"), ResponseType: r.g.asked.Get("response_type"), Issuer: params.Get("iss")}
	if r.metadata != nil {
		asked.Issuer, asked.IssRequired = r.metadata.Issuer, r.metadata.IssInAuthResponse
	}
	if r.g.request == nil || !r.g.asked.Has("state") || masked(asked.State) != masked(params.Get("state")) || blotted(asked.State) {
		asked.State = params.Get("state")
		if !params.Has("state") { // nothing to compare
			copied := url.Values{"state": {""}}
			for name, values := range params {
				copied[name] = values
			}
			params = copied
		}
	}
	return flows.JudgeAnswer(params, asked)
}

// tellCarrier notices an answer that came another way than it was asked for.
func (r *rebuilder) tellCarrier() {
	mode := strings.TrimSuffix(r.g.asked.Get("response_mode"), ".jwt")
	if mode != "" && mode != "jwt" && mode != r.g.carrier && (mode == "query" || mode == "fragment" || mode == "form_post") {
		r.found(rule.Warn, "capture-response-mode", "response_mode "+mode+" was asked for, and the answer came as "+r.g.carrier, "OAuth 2.0 Form Post Response Mode 2")
	}
}

// checkResponse checks the signature of a signed answer (JARM 2.4) when the keys are in the capture. Its iss is judged with the rest.
func (r *rebuilder) checkResponse(signed string) bool {
	report := inspect.Inspect(signed, r.keys, inspect.Context{Now: r.now})
	if report.Signature.Status == inspect.Invalid {
		r.fail(&flows.Problem{Kind: flows.ProblemCheck, Expected: "an answer signed by a key of the provider", Got: "signature invalid: " + report.Signature.Reason, Ref: "JARM 2.4", Exchange: r.last.ID})
		return false
	}
	return true
}

// tellFrontTokens tells the tokens that came through the browser.
func (r *rebuilder) tellFrontTokens(params url.Values) {
	members := make(map[string]string)
	for name := range params {
		members[name] = params.Get(name)
	}
	delete(members, "code")
	if members["access_token"] == "" && members["id_token"] == "" {
		return
	}
	r.takeTokens(flows.TokensOf(members, r.now), members, "the browser, "+r.g.carrier)
}

// noAnswer says how a login ended that came to no answer.
func (r *rebuilder) noAnswer() {
	p := &flows.Problem{Kind: flows.ProblemUser, Expected: "an answer at the redirect URI", Got: "none in the capture: it ends at the provider", Ref: "RFC 6749 4.1.2"}
	last := r.last
	if last != nil && last.Response != nil && last.Response.Status >= 400 {
		p.Exchange = last.ID
		if oauth := flows.Normalise(last.Response); oauth != nil {
			p.Kind, p.OAuth, p.Got = flows.ProblemRefused, oauth, words(oauth)
		} else {
			p.Kind, p.Got = flows.ProblemRefused, "a page with status "+flows.Reason(last.Response.Status)
		}
	} else if last != nil && last.Failure != nil {
		p.Kind, p.Failure, p.Got, p.Exchange = flows.ProblemTransport, last.Failure, last.Failure.Message, last.ID
	}
	r.fail(p)
}

// refused fails a step whose request was answered by an error, or not at all.
func (r *rebuilder) refused(m *message, e *record.Exchange, expected, ref string) bool {
	switch {
	case e.Failure != nil:
		why := r.crossOrigin(m)
		if why == "" {
			why = "from a page in the browser that may be CORS"
		}
		r.fail(&flows.Problem{Kind: flows.ProblemTransport, Expected: expected, Got: e.Failure.Message + "; " + why, Failure: e.Failure, Ref: "Fetch 3.2", Exchange: e.ID})
		return true
	case e.Response == nil:
		return false
	}
	if oauth := flows.Normalise(e.Response); oauth != nil {
		r.fail(&flows.Problem{Kind: flows.ProblemRefused, Expected: expected, Got: words(oauth), OAuth: oauth, Ref: ref, Exchange: e.ID})
		return true
	}
	return false
}

// words are the provider's own, in one line.
func words(e *flows.OAuthError) string {
	text := strings.Trim(e.Code+": "+e.Description, ": ")
	if e.Status >= 300 {
		text = strings.TrimSpace("HTTP " + flows.Reason(e.Status) + " " + text)
	}
	return text
}

// basicUser is the client of HTTP Basic credentials (RFC 6749 2.3.1).
func basicUser(fields []record.Header) string {
	scheme, credentials, _ := strings.Cut(record.Get(fields, "Authorization"), " ")
	data, err := base64.StdEncoding.DecodeString(credentials)
	if err != nil || !strings.EqualFold(scheme, "Basic") {
		return ""
	}
	user, _, _ := strings.Cut(string(data), ":")
	if plain, err := url.QueryUnescape(user); err == nil {
		return plain
	}
	return user
}

// payloadBytes gives the payload of a token.
func payloadBytes(raw string) []byte { return inspect.Decode(raw).Bytes }
