package flows

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// outgoing says what a request needs that has to be made anew for each one.
type outgoing struct {
	client bool   // the client authenticates
	prove  bool   // a DPoP proof, when the run has a key (RFC 9449 4)
	token  string // the access token that goes along, for the proof's ath

	resources []string // parameters that x/oauth2 can't send
}

type outgoingKey struct{}

func withOutgoing(ctx context.Context, o outgoing) context.Context {
	return context.WithValue(ctx, outgoingKey{}, o)
}

// signer is the http.RoundTripper in front of the recording one: it adds the client's assertion and the DPoP proof to
// requests of the engine and of x/oauth2 alike. So they are in the record, and at the gate they can be seen and spoiled. It
// runs in the goroutine of the step that sends.
type signer struct {
	s    *state
	next http.RoundTripper
}

// RoundTrip sends the request, and once more when the provider wants its nonce in the proof (RFC 9449 8, 9).
func (t signer) RoundTrip(req *http.Request) (*http.Response, error) {
	need, _ := req.Context().Value(outgoingKey{}).(outgoing)
	res, err := t.send(req, need)
	if err != nil || !t.s.wantsNonce(need) {
		return res, err
	}
	t.s.found(rule.Info, "dpop-nonce", "the provider wants a nonce of its own in the proof; the request is sent once more with it", "", "RFC 9449 8")
	res.Body.Close()
	return t.send(req, need)
}

func (t signer) send(req *http.Request, need outgoing) (*http.Response, error) {
	req, err := t.signed(req, need)
	if err != nil {
		return nil, err
	}
	res, err := t.next.RoundTrip(req)
	if err == nil && need.prove {
		t.s.keepNonce(req.URL, res.Header.Get("DPoP-Nonce"))
	}
	return res, err
}

// signed gives a copy of the request with everything it needs; the original can be sent again.
func (t signer) signed(req *http.Request, need outgoing) (*http.Request, error) {
	method := AuthNone
	if need.client {
		method = t.s.metadata.authMethod(t.s.cfg)
	}
	prove := need.prove && t.s.dpop != nil
	accepts := !need.client || req.Header.Get("Accept") != ""
	if !method.usesAssertion() && !prove && accepts && len(need.resources) == 0 {
		return req, nil
	}
	out := req.Clone(req.Context())
	var body []byte
	if req.GetBody != nil {
		copied, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		if body, err = io.ReadAll(copied); err != nil {
			return nil, err
		}
	}
	if method.usesAssertion() || len(need.resources) > 0 {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		if len(need.resources) > 0 {
			form["resource"] = need.resources
		}
		if method.usesAssertion() {
			if err := t.s.addAssertion(form, method); err != nil {
				return nil, err
			}
		}
		body = []byte(form.Encode())
	}
	if need.client && out.Header.Get("Accept") == "" { // x/oauth2 names none, and GitHub then answers with a form
		out.Header.Set("Accept", "application/json")
	}
	if prove {
		if err := t.s.addProof(out, need.token); err != nil {
			return nil, err
		}
	}
	if req.GetBody != nil {
		out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		if out.Header.Get("Content-Length") != "" {
			out.Header.Set("Content-Length", strconv.Itoa(len(body)))
		}
	}
	return out, nil
}

// proofLacks reports whether the proof of a request was made without the nonce that its answer gives.
func (s *state) proofLacks(e *record.Exchange) bool {
	proof := inspect.Decode(record.Get(e.Request.Headers, "DPoP"))
	return memberText(proof.Payload, "nonce") != record.Get(e.Response.Headers, "DPoP-Nonce")
}

// wantsNonce reports whether the newest answer refuses the proof for want of a nonce that it brings along.
func (s *state) wantsNonce(need outgoing) bool {
	if !need.prove || s.dpop == nil || s.last == nil || s.last.Response == nil || record.Get(s.last.Response.Headers, "DPoP-Nonce") == "" {
		return false
	}
	oauth := normalise(s.last.Response, &s.reading)
	if oauth == nil {
		return false
	}
	// Some servers refuse the proof in general, and bring the nonce that it lacked.
	return oauth.Code == "use_dpop_nonce" || oauth.Code == "invalid_dpop_proof" && s.proofLacks(s.last)
}
