package flows

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// clientCertificate makes a self-signed certificate for the client's key, in PEM.
func clientCertificate(t *testing.T) []byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "practice client"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, testKey().Public(), testKey())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// otherAuthority makes the certificate of an authority that issued nothing here.
func otherAuthority(t *testing.T) []byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(8), Subject: pkix.Name{CommonName: "another authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, testKey().Public(), testKey())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// TestClientCertificate shows a certificate to a server on loopback that wants one, at an endpoint of its own.
func TestClientCertificate(t *testing.T) {
	for name, c := range map[string]struct {
		method AuthMethod
		bind   string // thumbprint in the token; "" for the right one
		none   bool   // no certificate is configured
		kind   ProblemKind
		words  string
	}{
		"self-signed":           {AuthSelfSignedTLS, "", false, "", "bound to our certificate"},
		"by an authority":       {AuthTLS, "", false, "", "bound to our certificate"},
		"chosen by itself":      {"", "", false, "", "bound to our certificate"},
		"bound to another":      {AuthTLS, "another", false, ProblemCheck, "another"},
		"not bound":             {AuthTLS, "none", false, "", "came: access_token"},
		"without a certificate": {AuthTLS, "", true, ProblemConfig, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newIDP(t)
			var shown []*x509.Certificate
			mux := http.NewServeMux()
			server := httptest.NewUnstartedServer(mux)
			// As many do, it names the authority it knows; the client's certificate is not of that one.
			server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, ClientCAs: x509.NewCertPool()}
			server.TLS.ClientCAs.AppendCertsFromPEM(otherAuthority(t))
			server.StartTLS()
			defer server.Close()
			p.issuer = server.URL
			p.meta = func(d map[string]any) {
				d["token_endpoint_auth_methods_supported"] = []string{"self_signed_tls_client_auth"}
				d["tls_client_certificate_bound_access_tokens"] = true
				d["mtls_endpoint_aliases"] = map[string]string{"token_endpoint": server.URL + "/mtls/token"}
			}
			mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { p.route(r.URL.Path)(w, r) })
			mux.HandleFunc("/mtls/token", func(w http.ResponseWriter, r *http.Request) {
				r.ParseForm()
				if shown = r.TLS.PeerCertificates; len(shown) == 0 || r.PostForm.Get("client_id") != "practice" || r.PostForm.Has("client_secret") || r.PostForm.Has("client_assertion") {
					replyJSON(401, map[string]any{"error": "invalid_client"})(w, r)
					return
				}
				thumbprint := certificateThumbprint(shown[0].Raw)
				if c.bind != "" {
					thumbprint = c.bind
				}
				claims := map[string]any{"iss": server.URL, "exp": time.Now().Unix() + 300, "cnf": map[string]any{"x5t#S256": thumbprint}}
				if c.bind == "none" { // the certificate authenticates, and that is all (RFC 8705 3)
					delete(claims, "cnf")
				}
				token := p.sign(map[string]any{"alg": "ES256", "kid": p.kid, "typ": "at+jwt"}, claims)
				replyJSON(200, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 300})(w, r)
			})
			ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
			cfg := Config{Issuer: server.URL, ClientID: "practice", AuthMethod: c.method,
				Transport: Transport{CAPEM: ca, ClientCertPEM: clientCertificate(t), ClientCertKeyPEM: secret.New(clientKeyPEM(t))}}
			if c.none {
				cfg.Transport.ClientCertPEM, cfg.Transport.ClientCertKeyPEM = nil, secret.Text{}
			}
			w := &world{t: t, idp: p, cfg: cfg}
			_, err := w.run(t.Context(), ClientCredentials(cfg))
			if c.kind != "" {
				if got := problemOf(t, err); got.Kind != c.kind || !strings.Contains(got.Got, c.words) {
					t.Errorf("%s: %q", got.Kind, got.Got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if shown[0].Subject.CommonName != "practice client" {
				t.Errorf("shown: %s", shown[0].Subject)
			}
			done := of[StepDone](w)
			if note := done[len(done)-1].Note; !strings.Contains(note, c.words) {
				t.Errorf("note %q", note)
			}
			if c.bind == "" {
				if item := itemOf(of[Received](w)[0].Report, "cnf"); item.Result != inspect.ItemPass || itemOf(of[Received](w)[0].Report, "iss").Result != inspect.ItemPass {
					t.Errorf("what the run knows was not used: %+v", of[Received](w)[0].Report.Checklist)
				}
			}
			for _, f := range of[Found](w) {
				if f.Slug == "not-bound" && (c.bind != "none" || f.Severity != rule.Info) || f.Severity > rule.Info {
					t.Errorf("nothing is wrong, but it says: %+v", f)
				}
			}
		})
	}
}

// itemOf gives an item of a checklist.
func itemOf(r *inspect.Report, id string) inspect.Item {
	for _, item := range r.Checklist {
		if item.Subject == id {
			return item
		}
	}
	return inspect.Item{}
}

// TestAccessTokenOfAnotherIssuer is told of the token, and no reason to fail the login; one that follows no profile may be anybody's.
func TestAccessTokenOfAnotherIssuer(t *testing.T) {
	for typ, want := range map[string]inspect.ItemResult{"at+jwt": inspect.ItemFail, "JWT": ""} {
		inBubble(t, func(t *testing.T, w *world) {
			token := w.idp.sign(map[string]any{"alg": "ES256", "kid": w.idp.kid, "typ": typ}, map[string]any{"iss": "https://elsewhere.example", "sub": "app"})
			w.idp.answer("/token", replyJSON(200, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 300}))
			w.cfg.ClientSecret = secret.New("the-secret")
			s, err := w.run(t.Context(), ClientCredentials(w.cfg))
			if err != nil {
				t.Fatal(err)
			}
			report := s.Reports[AccessToken]
			if got := itemOf(report, "iss").Result; typ == "at+jwt" && got != want {
				t.Errorf("%s: iss %q, want %q", typ, got, want)
			}
			if other := slices.ContainsFunc(report.Findings, func(f rule.Finding) bool { return f.Slug == "iss-mismatch" }); other != (typ == "at+jwt") {
				t.Errorf("%s: findings %+v", typ, report.Findings)
			}
		})
	}
}

func TestClientCertificateThatCannotBeUsed(t *testing.T) {
	for name, tr := range map[string]Transport{
		"rubbish": {ClientCertPEM: []byte("x")},
		"no key":  {ClientCertPEM: clientCertificate(t)},
		"two keys": {ClientCertPEM: clientCertificate(t), ClientCertKeyPEM: secret.New(`-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE
-----END PRIVATE KEY-----`)},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.cfg.Transport = tr
			_, err := w.run(t.Context(), ClientCredentials(w.cfg))
			if p := problemOf(t, err); p.Kind != ProblemConfig || !strings.Contains(p.Got, "client certificate") {
				t.Errorf("%+v", p)
			}
		})
	}
}
