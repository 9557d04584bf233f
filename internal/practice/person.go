package practice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// LogIn does what a person would do in the browser: it opens the authorization URL, logs alice in, consents, and follows
// the redirect to the client. The redirect's address is returned, also when the client could not be reached there (the
// error says so). For response_mode=form_post it is the address that the form was posted to.
func (p *Provider) LogIn(ctx context.Context, authURL string) (string, error) {
	return p.visit(ctx, authURL, "login", "allow")
}

// Deny is LogIn by a person who refuses on the consent page.
func (p *Provider) Deny(ctx context.Context, authURL string) (string, error) {
	return p.visit(ctx, authURL, "login", "deny")
}

// ApproveDevice does what a person would do on the second device: it enters the user code and allows the login.
func (p *Provider) ApproveDevice(ctx context.Context, userCode string) error {
	return p.visitDevice(ctx, userCode, "allow")
}

// DenyDevice is ApproveDevice by a person who refuses.
func (p *Provider) DenyDevice(ctx context.Context, userCode string) error {
	return p.visitDevice(ctx, userCode, "deny")
}

func (p *Provider) visit(ctx context.Context, authURL string, presses ...string) (string, error) {
	if !strings.HasPrefix(authURL, p.issuer+"/") {
		return "", fmt.Errorf("logging in: an address of %s wanted, got %q", p.issuer, authURL)
	}
	return p.visitAs(ctx, p.newVisitor(), authURL, presses...)
}

func (p *Provider) visitAs(ctx context.Context, v *visitor, authURL string, presses ...string) (string, error) {
	page, err := v.open(ctx, authURL, presses)
	if err != nil {
		return v.left, fmt.Errorf("logging in at the practice provider: %w", err)
	}
	if v.left == "" {
		return "", fmt.Errorf("logging in at the practice provider: a redirect to the client wanted, got a page: %s", page.text)
	}
	return v.left, nil
}

func (p *Provider) visitDevice(ctx context.Context, userCode, press string) error {
	address := p.issuer + pathDevice + "?" + url.Values{"user_code": {userCode}}.Encode()
	page, err := p.newVisitor().open(ctx, address, []string{"login", press})
	if err != nil {
		return fmt.Errorf("entering a user code at the practice provider: %w", err)
	}
	if page.page != "message" {
		return fmt.Errorf("entering user code %q at the practice provider: %s", userCode, page.text)
	}
	return nil
}

// visitor is a browser, as far as our pages need one.
type visitor struct {
	issuer string
	http   *http.Client
	left   string // the address at which it left the provider
	stays  bool   // it reads that address, and does not go there
}

func (p *Provider) newVisitor() *visitor {
	jar, _ := cookiejar.New(nil)
	return &visitor{issuer: p.issuer, http: &http.Client{
		Jar:           jar,
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// open goes to an address, presses the buttons of the pages it meets in their order, and gives the page it ends on.
func (v *visitor) open(ctx context.Context, address string, presses []string) (form, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	const steps = 20 // more is a redirect loop
	for range steps {
		if err != nil {
			return form{}, err
		}
		resp, body, err2 := v.do(req)
		if err2 != nil || v.left != "" {
			return form{}, err2
		}
		if next, err2 := resp.Location(); err2 == nil {
			req, err = http.NewRequestWithContext(ctx, http.MethodGet, next.String(), nil)
			continue
		}
		page, err2 := readForm(body)
		if err2 != nil {
			return form{}, err2
		}
		switch {
		case resp.StatusCode >= 400:
			return page, errors.New(page.text)
		case page.page == "form-post":
			req, err = page.submit(ctx, resp.Request.URL, "")
		case len(presses) == 0 || page.method != http.MethodPost:
			return page, nil
		default:
			req, err = page.submit(ctx, resp.Request.URL, presses[0])
			presses = presses[1:]
		}
	}
	return form{}, fmt.Errorf("no end after %d pages and redirects", steps)
}

// do sends a request. An address that is not the provider's is the client's: the visit ends there.
func (v *visitor) do(req *http.Request) (*http.Response, []byte, error) {
	if !strings.HasPrefix(req.URL.String(), v.issuer+"/") {
		if v.left = req.URL.String(); v.stays {
			return nil, nil, nil
		}
	}
	resp, err := v.http.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp, body, err
}

func (f *form) submit(ctx context.Context, base *url.URL, button string) (*http.Request, error) {
	values, err := f.values(button)
	if err != nil {
		return nil, err
	}
	target, err := base.Parse(f.action)
	if err != nil {
		return nil, fmt.Errorf("form of page %q: %w", f.page, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", base.Scheme+"://"+base.Host)
	return req, nil
}
