package flows

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// issuerInput is the issuer as the person gave it. People paste the address of the discovery document as often as the
// issuer; then the issuer is derived from it.
type issuerInput struct {
	issuer   string // compared byte for byte with what the provider says
	document string // the address that was pasted, when it was that of a document
	url      *url.URL
	problem  *Problem
}

func parseIssuer(given string) issuerInput {
	in := issuerInput{issuer: strings.TrimSpace(given)}
	if in.issuer == "" {
		in.problem = problem(ProblemConfig, "an issuer, such as https://idp.example", "none", "OpenID Connect Core 2")
		return in
	}
	u, err := url.Parse(in.issuer)
	switch {
	case err != nil:
		in.problem = problem(ProblemConfig, "an issuer URL, such as https://idp.example", fmt.Sprintf("%q: %v", given, err), "OpenID Connect Core 2")
		return in
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		in.problem = problem(ProblemConfig, "an issuer URL that begins with https://", fmt.Sprintf("%q", given), "OpenID Connect Core 2")
		return in
	}
	in.url = u
	if issuer, found := FromDocument(in.issuer); found {
		in.document, in.issuer = in.issuer, issuer
	}
	if u.RawQuery != "" || u.Fragment != "" {
		in.problem = problem(ProblemConfig, "an issuer without query and fragment", fmt.Sprintf("%q", given), "OpenID Connect Discovery 3")
	}
	return in
}

// plainHTTP reports whether the issuer uses http beyond this machine.
func (in issuerInput) plainHTTP() bool {
	return in.url != nil && in.url.Scheme == "http" && !isLoopback(in.url.Hostname())
}

// candidates lists where the discovery document may be: the address that was given, then the places of [WellKnown].
func (in issuerInput) candidates() []string {
	var unique []string
	if in.document != "" {
		unique = append(unique, in.document)
	}
	for _, p := range WellKnown(in.issuer) {
		if p.URL != in.document {
			unique = append(unique, p.URL)
		}
	}
	return unique
}

// entraConsumers is the tenant of personal Microsoft accounts, which the document for "consumers" names.
const entraConsumers = "9188040d-6c67-4c5b-b112-36a304b66dad"

// check compares the issuer of a document with the one that was asked for (OpenID Connect Discovery 4.3, RFC 8414 3.3). It
// returns a remark when the two differ in a way that is harmless.
func (in issuerInput) check(got string) (remark string, p *Problem) {
	switch {
	case got == in.issuer:
		return "issuer matches", nil
	case in.document != "" && sameButSlash(in.issuer, got):
		return fmt.Sprintf("issuer %s, read from the document", got), nil
	case matchesTenantTemplate(in.issuer, got):
		return fmt.Sprintf("issuer is the template %s; each token names its own tenant", got), nil
	}
	p = different(in.issuer, got, "OpenID Connect Discovery 4.3")
	if sameButSlash(in.issuer, got) {
		p.Diagnosis = slashDiagnosis(got)
	}
	return "", p
}

func sameButSlash(a, b string) bool { return strings.TrimRight(a, "/") == strings.TrimRight(b, "/") }

func slashDiagnosis(got string) *Diagnosis {
	form := "without the slash at the end"
	if strings.HasSuffix(got, "/") {
		form = "with the slash at the end"
	}
	return &Diagnosis{
		ID:      "CL-01",
		Summary: "the issuer differs by a slash at the end only; issuers are compared character by character",
		Causes:  []string{"the provider's issuer is written " + form},
		Fixes:   []Fix{{Text: "use the issuer " + form, Value: got}},
		Ref:     "OpenID Connect Discovery 4.3",
	}
}

// matchesTenantTemplate recognises Microsoft Entra's documents for several tenants, whose issuer holds the literal
// {tenantid} where the address has common, organizations or consumers.
func matchesTenantTemplate(asked, got string) bool {
	for _, tenant := range []string{"common", "organizations", "consumers"} {
		segment := "/" + tenant
		before, after, found := strings.Cut(asked, segment)
		if !found || after != "" && after[0] != '/' {
			continue
		}
		if got == before+"/{tenantid}"+after || tenant == "consumers" && got == before+"/"+entraConsumers+after {
			return true
		}
	}
	return false
}

// isLoopback reports whether a host name means this machine (RFC 8252 7.3, 8.3).
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}
