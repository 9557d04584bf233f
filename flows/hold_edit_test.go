package flows

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows/record"
)

func heldForm(t testing.TB, body string) *record.Held {
	req, err := http.NewRequest(http.MethodPost, "https://idp.example/token?x=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Basic x")
	return &record.Held{Step: "token", Purpose: "token", Request: req, Body: []byte(body)}
}

func TestRequestsAreEditedInWords(t *testing.T) {
	const form = "a=1&code=x%2By&b=2"
	for words, want := range map[string]string{
		"code=z":         "a=1&code=z&b=2",
		"-code":          "a=1&b=2",
		"+code=z":        "a=1&code=x%2By&b=2&code=z",
		"new=a b&c":      "a=1&code=x%2By&b=2&new=a+b%26c",
		"uri=http://x:1": "a=1&code=x%2By&b=2&uri=http%3A%2F%2Fx%3A1",
		"empty=":         "a=1&code=x%2By&b=2&empty=",
	} {
		d, err := EditRequest(heldForm(t, form), record.Decision{}, words)
		if err != nil || string(d.Body) != want || d.URL != "" || d.Header != nil {
			t.Errorf("%s: %q, %v; want %q", words, d.Body, err, want)
		}
	}
	d, err := EditRequest(heldForm(t, form), record.Decision{}, "Authorization: Bearer y")
	if err != nil || d.Header.Get("Authorization") != "Bearer y" || d.Body != nil {
		t.Errorf("header: %+v, %v", d, err)
	}
	d, err = EditRequest(heldForm(t, form), d, "-code") // one after the other
	if err != nil || d.Header.Get("Authorization") != "Bearer y" || string(d.Body) != "a=1&b=2" {
		t.Errorf("both: %+v, %v", d, err)
	}
	if d, err = EditRequest(heldForm(t, form), d, "-Authorization:"); err != nil || d.Header.Get("Authorization") != "" {
		t.Errorf("dropped header: %+v, %v", d, err)
	}
	for words, want := range map[string]record.Decision{
		"method=get":                     {Method: "GET"},
		"url=https://other.example/t":    {URL: "https://other.example/t?x=1"},
		"url=https://other.example/?y=2": {URL: "https://other.example/?y=2"},
		"body={}":                        {Body: []byte("{}")},
	} {
		d, err := EditRequest(heldForm(t, form), record.Decision{}, words)
		if err != nil || d.Method != want.Method || d.URL != want.URL || string(d.Body) != string(want.Body) {
			t.Errorf("%s: %+v, %v", words, d, err)
		}
	}
	if d, err := EditRequest(heldForm(t, "method=x"), record.Decision{}, "method=get"); err != nil || string(d.Body) != "method=get" {
		t.Errorf("a parameter called method: %+v, %v", d, err)
	}
	for _, words := range []string{"", "-", "=x", "code", "-nothing", "-X-Nothing:", "X: a\r\nY: b", "method=a b", "url=x", "url=file:///etc"} {
		if _, err := EditRequest(heldForm(t, form), record.Decision{}, words); err == nil {
			t.Errorf("%q was taken for an edit", words)
		}
	}
	get := heldForm(t, "")
	get.Request.Header.Del("Content-Type")
	if d, err := EditRequest(get, record.Decision{}, "y=2"); err != nil || d.URL != "https://idp.example/token?x=1&y=2" {
		t.Errorf("a request without a form: %+v, %v", d, err)
	}
}

// TestOfAVisitOnlyTheAddressCounts: what else is changed of it would be changed for nobody.
func TestOfAVisitOnlyTheAddressCounts(t *testing.T) {
	req, err := http.NewRequest(http.MethodGet, "https://idp.example/authorize?state=x", nil)
	if err != nil {
		t.Fatal(err)
	}
	held := &record.Held{Step: "authorize", Purpose: "authorization", Request: req, Visit: true}
	for _, words := range []string{"method=POST", "body=x", "Accept: text/html"} {
		if d, err := EditRequest(held, record.Decision{}, words); err == nil {
			t.Errorf("%q was taken: %+v", words, d)
		}
	}
	if d, err := EditRequest(held, record.Decision{}, "state=y"); err != nil || d.URL != "https://idp.example/authorize?state=y" {
		t.Errorf("%+v, %v", d, err)
	}
}

func heldJSON(body string) *record.HeldAnswer {
	return &record.HeldAnswer{Exchange: record.Exchange{ID: 4, Response: &record.Response{Status: 200, Headers: []record.Header{{Name: "Content-Type", Value: "application/json"}}, Body: record.Keep([]byte(body))}}}
}

func TestAnswersAreEditedInWords(t *testing.T) {
	const token = "eyJhbGciOiJFUzI1NiJ9.eyJub25jZSI6Im4ifQ.c2ln" // {"alg":"ES256"} {"nonce":"n"}
	const body = `{"access_token":"a","expires_in":300,"id_token":"` + token + `"}`
	for words, want := range map[string]string{
		"expires_in=1":             `{"access_token":"a","expires_in":1,"id_token":"` + token + `"}`,
		"access_token=b":           `{"access_token":"b","expires_in":300,"id_token":"` + token + `"}`,
		"-id_token":                `{"access_token":"a","expires_in":300}`,
		"id_token.nonce=o":         `{"access_token":"a","expires_in":300,"id_token":"eyJhbGciOiJFUzI1NiJ9.eyJub25jZSI6Im8ifQ.c2ln"}`,
		"id_token.header.alg=none": `{"access_token":"a","expires_in":300,"id_token":"eyJhbGciOiJub25lIn0.eyJub25jZSI6Im4ifQ.c2ln"}`,
	} {
		d, err := EditAnswer(heldJSON(body), record.AnswerDecision{}, words)
		if err != nil || string(d.Body) != want {
			t.Errorf("%s: %s, %v; want %s", words, d.Body, err, want)
		}
	}
	d, err := EditAnswer(heldJSON(body), record.AnswerDecision{}, "status=503")
	if err != nil || d.Status != 503 || d.Body != nil {
		t.Errorf("status: %+v, %v", d, err)
	}
	if d, err = EditAnswer(heldJSON(body), d, "Content-Type: text/html"); err != nil || d.Status != 503 || d.Header.Get("Content-Type") != "text/html" {
		t.Errorf("status and header: %+v, %v", d, err)
	}
	if d, err = EditAnswer(heldJSON(body), record.AnswerDecision{}, "body=<html>"); err != nil || string(d.Body) != "<html>" {
		t.Errorf("body: %+v, %v", d, err)
	}
	for _, words := range []string{"status=7", "status=x", "-nothing", "nothing.inside=x", "access_token.nonce=x"} {
		if _, err := EditAnswer(heldJSON(body), record.AnswerDecision{}, words); err == nil {
			t.Errorf("%q was taken for an edit", words)
		}
	}
	if _, err := EditAnswer(heldJSON("<html>"), record.AnswerDecision{}, "a=b"); err == nil {
		t.Error("a page has no members")
	}
}

func FuzzEdits(f *testing.F) {
	f.Add("a=1&b=%zz", "-a", `{"a":{"b":1}}`)
	f.Add("", "+x=y", `{"id_token":"a.b.c"}`)
	f.Add("x", "id_token.header.alg=none", `{"id_token":"eyJ9.e30.x"}`)
	f.Fuzz(func(t *testing.T, form, words, body string) {
		if d, err := EditRequest(heldForm(t, form), record.Decision{}, words); err == nil {
			if _, _, err := d.Edited(heldForm(t, form)); err != nil {
				t.Errorf("%q makes a request that can't be sent: %v", words, err)
			}
			for name, values := range d.Header {
				if strings.ContainsAny(name+strings.Join(values, ""), "\r\n") {
					t.Errorf("%q makes a header field of two lines: %q", words, name)
				}
			}
		}
		d, err := EditAnswer(heldJSON(body), record.AnswerDecision{}, words)
		if err == nil && d.Body != nil && !json.Valid(d.Body) {
			t.Errorf("%q makes of %q what is no JSON: %q", words, body, d.Body)
		}
		PredictAnswer(heldJSON(body), d)
	})
}
