package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/jose"
)

// Overview is what the provider offers, for looking at: nothing here is judged.
type Overview struct {
	Endpoints  []Endpoint   `json:"endpoints"`
	Flows      []FlowOffer  `json:"flows"`
	Algorithms []Algorithms `json:"algorithms"`
	Keys       []KeyRow     `json:"keys"`
}

// Endpoint is one address.
type Endpoint struct {
	Name   string `json:"name"`   // the member of the document
	URL    string `json:"url"`    // as written
	From   string `json:"from"`   // "document", or "preset" for one that discovery does not name
	Status string `json:"status"` // of a request without credentials: "400 Bad Request"; empty when none was made
}

// FlowOffer is a flow and whether the provider offers it.
type FlowOffer struct {
	ID      string `json:"id"` // as login --flow has it
	Title   string `json:"title"`
	Offered string `json:"offered"` // yes, no, unknown
	Why     string `json:"why"`
}

// Algorithms are the algorithms for one purpose.
type Algorithms struct {
	Purpose string   `json:"purpose"`
	Member  string   `json:"member"`
	Names   []string `json:"names"`
}

// KeyRow is one key.
type KeyRow struct {
	KID        string `json:"kid"`
	KTY        string `json:"kty"`
	Crv        string `json:"crv,omitempty"`
	Alg        string `json:"alg"`
	Use        string `json:"use"`
	Bits       int    `json:"bits"`
	Thumbprint string `json:"thumbprint"`                // RFC 7638, SHA-256, base64url
	Expires    string `json:"x5c_expires,omitempty"`     // of the first certificate, RFC 3339
	Problem    string `json:"problem,omitempty"`         // why it can't be used
	Words      string `json:"alg_in_words,omitempty"`    // what the algorithm is
	Private    bool   `json:"private_members,omitempty"` // it holds what must not be published
}

func overview(s *Subject) Overview {
	return Overview{Endpoints: endpointRows(s), Flows: flowOffers(s), Algorithms: algorithmRows(s.Doc), Keys: keyRows(s.Keys)}
}

func endpointRows(s *Subject) []Endpoint {
	rows := []Endpoint{}
	asked := map[string]Fact{"authorization_endpoint": factAuthorize, "token_endpoint": factTokenPost, "userinfo_endpoint": factUserInfo, "device_authorization_endpoint": factDevice,
		"introspection_endpoint": factIntrospect, "revocation_endpoint": factRevoke, "end_session_endpoint": factEndSession,
		"pushed_authorization_request_endpoint": factPAR, "registration_endpoint": factRegister}
	for _, name := range s.Doc.endpoints() {
		answer := s.Probes[asked[name]]
		if name == "jwks_uri" {
			answer = s.KeysAnswer
		}
		row := Endpoint{Name: name, URL: s.Doc.text(name), From: "document"}
		if r := answer.response(); r != nil {
			row.Status = r.Reason
		} else if f := answer.failure(); f != nil {
			row.Status = "no answer: " + f.Message
		}
		rows = append(rows, row)
	}
	if s.Preset != nil {
		for _, e := range s.Preset.Endpoints {
			if !s.Doc.has(e.Name) {
				rows = append(rows, Endpoint{Name: e.Name, URL: e.URL, From: "preset"})
			}
		}
	}
	return rows
}

// flowOffers says what can be done at the provider, as far as its document tells.
func flowOffers(s *Subject) []FlowOffer {
	d := s.Doc
	if !d.Readable() {
		return []FlowOffer{}
	}
	grants, listed := d.list(grantMember)
	offer := func(id, title, endpoint string, names ...string) FlowOffer {
		f := FlowOffer{ID: id, Title: title, Offered: "yes"}
		switch {
		case !d.has(endpoint):
			f.Offered, f.Why = "no", "there is no "+endpoint
		case listed && !slices.ContainsFunc(names, func(n string) bool { return slices.Contains(grants, n) }):
			f.Offered, f.Why = "no", "the grant is not listed"
		case !listed && !slices.ContainsFunc(names, func(n string) bool { return slices.Contains(defaultList(grantMember), n) }):
			f.Offered, f.Why = "unknown", "no grants are listed, and the default does not have it"
		case !listed:
			f.Why = "by default: no grants are listed"
		default:
			f.Why = "the grant is listed"
		}
		return f
	}
	code := offer("pkce", "Authorization code + PKCE", "authorization_endpoint", "authorization_code")
	if types, there := d.list("response_types_supported"); code.Offered != "no" && there && !slices.Contains(types, "code") {
		code.Offered, code.Why = "no", "response type code is not offered"
	} else if code.Offered != "no" {
		code.Why = pkceWords(d)
	}
	device := offer("device", "Device code", "device_authorization_endpoint", deviceGrant, deviceShort)
	if device.Offered == "unknown" {
		device.Offered, device.Why = "yes", "there is a device_authorization_endpoint"
	}
	return []FlowOffer{code, device,
		offer("refresh", "Refresh", "token_endpoint", "refresh_token"),
		offer("client-credentials", "Client credentials", "token_endpoint", "client_credentials"),
		offer("token-exchange", "Token exchange", "token_endpoint", "urn:ietf:params:oauth:grant-type:token-exchange"),
		offer("jwt-bearer", "JWT bearer", "token_endpoint", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
		offer("ciba", "Backchannel authentication (CIBA)", "backchannel_authentication_endpoint", "urn:openid:params:grant-type:ciba"),
		offer("password", "Password (not to be used)", "token_endpoint", "password")}
}

func pkceWords(d *Document) string {
	methods, there := d.list(pkceMethods)
	switch {
	case !there:
		return "PKCE is not announced"
	case slices.Contains(methods, "S256"):
		return "PKCE: " + strings.Join(methods, ", ")
	default:
		return "PKCE without S256: " + strings.Join(methods, ", ")
	}
}

func algorithmRows(d *Document) []Algorithms {
	rows := []Algorithms{}
	for _, row := range []Algorithms{
		{Purpose: "ID token, signature", Member: idTokenAlgs}, {Purpose: "ID token, key encryption", Member: "id_token_encryption_alg_values_supported"},
		{Purpose: "ID token, content encryption", Member: "id_token_encryption_enc_values_supported"},
		{Purpose: "UserInfo, signature", Member: "userinfo_signing_alg_values_supported"},
		{Purpose: "Request object, signature", Member: "request_object_signing_alg_values_supported"},
		{Purpose: "Client assertion, signature", Member: "token_endpoint_auth_signing_alg_values_supported"},
		{Purpose: "Authorization response, signature", Member: "authorization_signing_alg_values_supported"},
		{Purpose: "Introspection, signature", Member: "introspection_signing_alg_values_supported"},
		{Purpose: "DPoP proof, signature", Member: "dpop_signing_alg_values_supported"},
		{Purpose: "Client authentication", Member: authMethods}, {Purpose: "Code challenge (PKCE)", Member: pkceMethods},
	} {
		if row.Names = d.values(row.Member); len(row.Names) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

func keyRows(keys []Key) []KeyRow {
	rows := make([]KeyRow, 0, len(keys))
	for i := range keys {
		k := &keys[i]
		row := KeyRow{KID: k.KID, KTY: k.KTY, Crv: k.Crv, Alg: k.Alg, Use: k.Use, Bits: k.Bits, Thumbprint: k.Thumbprint, Problem: k.Err,
			Words: jose.Words(k.Alg), Private: k.Private}
		if row.Use == "" && len(k.Ops) > 0 {
			row.Use = strings.Join(k.Ops, ",")
		}
		if len(k.X5C) > 0 {
			row.Expires = k.X5C[0].NotAfter.UTC().Format(time.RFC3339)
		}
		rows = append(rows, row)
	}
	return rows
}

// ProviderFacts says in lines what is known of the provider beside its document.
func ProviderFacts(p *preset.Preset) []string {
	if p == nil {
		return nil
	}
	var lines []string
	for _, f := range []struct {
		name string
		fact preset.Fact
	}{{"issuer", p.IssuerFact}, {"redirect URIs", p.RedirectFact}, {"client", p.ClientFact}, {"device flow", p.DeviceFact}, {"refresh tokens", p.RefreshFact},
		{"access tokens", p.AccessTokenFact}, {"revocation", p.RevocationFact}} {
		if f.fact.Text == "" {
			continue
		}
		hint := ""
		if f.fact.Mark == preset.Known {
			hint = " (widely known, not checked)"
		}
		lines = append(lines, fmt.Sprintf("%s: %s%s", f.name, f.fact.Text, hint))
	}
	return lines
}
