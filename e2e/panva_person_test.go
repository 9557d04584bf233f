//go:build e2e

package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// person logs in without a browser: pages of forms are all that most providers show, and what a script would do is known. Several can
// be on their way at once, each visit with cookies of its own.
type person struct {
	transport *http.Transport
	knows     map[string]string // what they type, by the names of the fields; alice for all others that are empty
}

func newPerson(t *testing.T, caFile string) *person {
	t.Helper()
	data, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(data)
	return &person{transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

var (
	formOf   = regexp.MustCompile(`(?s)<form([^>]*)>(.*?)</form>`)
	inputOf  = regexp.MustCompile(`<input([^>]*)>`)
	pressOf  = regexp.MustCompile(`<button onclick="location.href='([^']*)'"`) // the first one agrees
	memberOf = func(name string) *regexp.Regexp { return regexp.MustCompile(`\b` + name + `="([^"]*)"`) }
)

// visits goes wherever a program opens the browser, until it is stopped. An attempt of probe may end on an error page.
func (p *person) visits(t *testing.T, o opener) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var visits sync.WaitGroup
	visits.Go(func() {
		for ctx.Err() == nil {
			if address, err := o.opened(100 * time.Millisecond); err == nil {
				p.visit(ctx, address)
			}
		}
	})
	return func() {
		cancel()
		visits.Wait()
	}
}

// visit opens an address and answers every form until a page has none.
func (p *person) visit(ctx context.Context, address string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Jar: jar, Transport: p.transport}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	for range 10 {
		if err != nil {
			return err
		}
		var resp *http.Response
		if resp, err = client.Do(req); err != nil {
			return err
		}
		page, readErr := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		resp.Body.Close()
		if readErr != nil {
			return readErr
		}
		action, values := p.answer(resp.Request.URL, string(page))
		if button := pressOf.FindStringSubmatch(string(page)); values == nil && button != nil {
			next, parseErr := resp.Request.URL.Parse(button[1])
			if parseErr != nil {
				return parseErr
			}
			req, err = http.NewRequestWithContext(ctx, http.MethodGet, next.String(), nil)
			continue
		}
		if values == nil {
			return nil
		}
		if req, err = http.NewRequestWithContext(ctx, http.MethodPost, action.String(), strings.NewReader(values.Encode())); err == nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Origin", action.Scheme+"://"+action.Host)
		}
	}
	return fmt.Errorf("still forms to fill in after 10 pages, from %s", address)
}

// answer fills in the form of a page: as alice, whatever is asked with yes. A page that hands over what stands behind the # has no
// form before its script has run. nil when there is nothing to answer.
func (p *person) answer(at *url.URL, page string) (*url.URL, url.Values) {
	if at.Fragment != "" && strings.Contains(page, "location.hash") {
		action := *at
		action.Fragment, action.RawFragment = "", ""
		return &action, url.Values{"fragment": {at.EscapedFragment()}}
	}
	form := formOf.FindStringSubmatch(page)
	if form == nil {
		return nil, nil
	}
	action := at
	if found := memberOf("action").FindStringSubmatch(form[1]); found != nil {
		if to, err := at.Parse(html.UnescapeString(found[1])); err == nil {
			action = to
		}
	}
	values := url.Values{}
	for _, input := range inputOf.FindAllStringSubmatch(form[2], -1) {
		name, value := memberOf("name").FindStringSubmatch(input[1]), memberOf("value").FindStringSubmatch(input[1])
		switch {
		case name == nil:
		case p.knows[name[1]] != "":
			values.Set(name[1], p.knows[name[1]])
		case value == nil:
			values.Set(name[1], "alice")
		default:
			values.Set(name[1], html.UnescapeString(value[1]))
		}
	}
	if strings.Contains(page, "op.logoutForm") {
		values.Set("logout", "yes")
	}
	return action, values
}

// makeKeys writes what the provider and its clients have: an authority, a certificate of it for the provider and one for a client, one
// that a client made itself, and two keys with their public halves.
func makeKeys(t *testing.T, dir string) {
	t.Helper()
	write := func(name, kind string, der []byte, err error) {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	writeKey := func(name string, key any) {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		write(name+".key", "PRIVATE KEY", der, err)
	}
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	var authority *x509.Certificate
	authorityKey := newKey()
	certify := func(name string, template x509.Certificate) {
		template.SerialNumber = big.NewInt(time.Now().UnixNano())
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		key, parent, signer := newKey(), authority, authorityKey
		if template.IsCA {
			key, parent = authorityKey, &template
		} else if template.Issuer.CommonName == "itself" {
			parent, signer = &template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, &template, parent, key.Public(), signer)
		write(name+".pem", "CERTIFICATE", der, err)
		writeKey(name, key)
		if template.IsCA {
			authority, _ = x509.ParseCertificate(der)
		}
	}
	certify("ca", x509.Certificate{Subject: pkix.Name{CommonName: "e2e"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	certify("server", x509.Certificate{DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}})
	certify("signed", x509.Certificate{DNSNames: []string{"client.example"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	certify("self", x509.Certificate{Subject: pkix.Name{CommonName: "itself"}, Issuer: pkix.Name{CommonName: "itself"}})

	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey := newKey()
	writeKey("rsa", rsaKey)
	writeKey("ec", ecKey)
	for name, public := range map[string]any{"rsa": rsaKey.Public(), "ec": ecKey.Public()} {
		der, err := x509.MarshalPKIXPublicKey(public)
		write(name+".pem", "PUBLIC KEY", der, err)
	}
}
