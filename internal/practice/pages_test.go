package practice_test

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/practice"
	"golang.org/x/oauth2"
)

func fetch(t *testing.T, browser *http.Client, address string) string {
	t.Helper()
	resp, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	csp := resp.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("%s: %s wanted in the content security policy, got %q", address, want, csp)
		}
	}
	if resp.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(resp.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("%s: nosniff and no-store wanted, got %v", address, resp.Header)
	}
	return string(body)
}

// pages gives every page, reached with input that would do harm if it were not escaped.
func pages(t *testing.T, hostile string) map[string]string {
	t.Helper()
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid", "profile", "email", "offline_access", "practice:read")
	browser := newBrowser()
	authorize := rp.AuthCodeURL(hostile, oauth2.S256ChallengeOption("v"), oauth2.SetAuthURLParam("nonce", hostile),
		oauth2.SetAuthURLParam("login_hint", hostile))
	found := map[string]string{
		"index":          fetch(t, browser, p.Issuer()+"/"),
		"login":          fetch(t, browser, authorize),
		"device":         fetch(t, browser, p.Issuer()+"/device"),
		"device unknown": fetch(t, browser, p.Issuer()+"/device?"+url.Values{"user_code": {hostile}}.Encode()),
		"error":          fetch(t, browser, p.Issuer()+"/authorize?"+url.Values{"client_id": {hostile}, "redirect_uri": {hostile}}.Encode()),
		"error 2":        fetch(t, browser, p.Issuer()+"/authorize?"+url.Values{"client_id": {"practice"}, "redirect_uri": {hostile}}.Encode()),
	}
	callback := click(t, browser, authorize, "login")
	found["consent"] = fetch(t, browser, callback)
	resp, err := browser.PostForm(callback, url.Values{"action": {"switch"}, "username": {hostile}})
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	found["login again"] = string(body)
	device, err := rp.DeviceAuth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found["device consent"] = fetch(t, browser, device.VerificationURIComplete)
	click(t, browser, device.VerificationURIComplete, "allow")
	found["device done"] = fetch(t, browser, device.VerificationURIComplete)
	found["logout"] = fetch(t, browser, p.Issuer()+"/logout")
	found["still signed in"] = fetch(t, browser, click(t, browser, p.Issuer()+"/logout", "stay"))
	return found
}

func TestPagesEscapeAndStandAlone(t *testing.T) {
	const hostile = `"><script src=https://attacker.example/x.js></script><img src=x onerror=alert(1)>'{{.}}`
	reference := regexp.MustCompile(`\s(?:src|href|action|srcset|formaction)="([^"]*)"`)
	for name, page := range pages(t, hostile) {
		if strings.Contains(page, "<script src=https") || strings.Contains(page, "<img src=x") {
			t.Errorf("%s: hostile input is not escaped:\n%s", name, page)
		}
		for _, found := range reference.FindAllStringSubmatch(page, -1) {
			if to := found[1]; !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
				t.Errorf("%s: a page of ours refers to %q", name, to)
			}
		}
		if strings.Contains(page, "<style") || strings.Contains(page, " style=") {
			t.Errorf("%s: inline style, which the content security policy forbids", name)
		}
		for _, want := range []string{`<html lang="en">`, `name="viewport"`, "practice provider", "<h1>", "This is not a real account"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: %q wanted:\n%s", name, want, page)
			}
		}
		for _, id := range regexp.MustCompile(`<input id="(\w+)"`).FindAllStringSubmatch(page, -1) {
			if !strings.Contains(page, `<label for="`+id[1]+`"`) {
				t.Errorf("%s: input %s has no label", name, id[1])
			}
		}
	}
	for _, file := range []string{"practice.css", "icon.svg", "submit.js"} {
		content, err := os.ReadFile("pages/" + file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(content), `xmlns="http://www.w3.org/2000/svg"`, "")
		if strings.Contains(text, "//") || strings.Contains(text, "@import") {
			t.Errorf("%s has an address", file)
		}
	}
}

// Every text colour stands out from the background it is used on: 4.5:1 (WCAG 2.2, 1.4.3); borders of inputs 3:1 (1.4.11).
func TestContrast(t *testing.T) {
	css, err := os.ReadFile("pages/practice.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, found := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	dark, _, _ = strings.Cut(dark, "* {")
	if !found {
		t.Fatal("no dark scheme")
	}
	variable := regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)
	for scheme, text := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]string{}
		for _, m := range variable.FindAllStringSubmatch(text, -1) {
			colours[m[1]] = m[2]
		}
		for _, pair := range []struct {
			on, text string
			least    float64
		}{
			{"page", "text", 4.5}, {"card", "text", 4.5}, {"soft", "text", 4.5}, {"page", "dim", 4.5}, {"card", "dim", 4.5},
			{"card", "accent", 4.5}, {"soft", "accent", 4.5}, {"accent", "on-accent", 4.5}, {"hover", "on-accent", 4.5},
			{"bad-soft", "bad", 4.5}, {"card", "good", 3}, {"card", "field", 3},
		} {
			if got := contrast(t, colours[pair.on], colours[pair.text]); got < pair.least {
				t.Errorf("%s: %s on %s has %.2f, at least %v wanted", scheme, pair.text, pair.on, got, pair.least)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var r, g, b int
	if _, err := fmt.Sscanf(hex, "%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("colour %q: %v", hex, err)
	}
	linear := func(c int) float64 {
		if v := float64(c) / 255; v > 0.04045 {
			return math.Pow((v+0.055)/1.055, 2.4)
		} else {
			return v / 12.92
		}
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// TestEnterAllows: browsers press the first button that belongs to a form when Enter is pressed in it (HTML 4.10.22.2). On the page that
// asks for consent that is Allow; the way to another person stands above it and belongs to another form.
func TestEnterAllows(t *testing.T) {
	for name, page := range pages(t, "x") {
		if !strings.Contains(name, "consent") {
			continue
		}
		_, form, _ := strings.Cut(page, `<form method="post" action=`)
		first := ""
		for button := range strings.SplitSeq(form, "<button ") {
			if tag, _, ok := strings.Cut(button, ">"); ok && strings.HasPrefix(tag, "name=") && !strings.Contains(tag, "form=") {
				first = tag
				break
			}
		}
		if !strings.Contains(first, `value="allow"`) {
			t.Errorf("%s: Enter presses <button %s>", name, first)
		}
	}
}
