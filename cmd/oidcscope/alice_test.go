package main

import (
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// aliceMain is the helper program that stands in for a browser and the person in front of it: alice ADDRESS opens the address, logs in
// on the practice provider's pages as alice, agrees, and follows the redirect. It prints where it ended, which is what a
// person would copy from the address bar. With ALICE_STOPS=1 the last redirect is not followed, as if nothing listened there.
func aliceMain() {
	jar, err := cookiejar.New(nil)
	fail(err)
	end := ""
	client := &http.Client{Jar: jar, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		end = req.URL.String()
		if os.Getenv("ALICE_STOPS") != "" && (req.URL.Query().Get("code") != "" || req.URL.Fragment != "") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	res, err := client.Get(os.Args[1])
	fail(err)
	for range 5 {
		page, err := io.ReadAll(res.Body)
		fail(err)
		res.Body.Close()
		action, fields, ok := readForm(string(page))
		if !ok {
			break
		}
		target, err := res.Request.URL.Parse(action)
		fail(err)
		res, err = client.PostForm(target.String(), fields)
		fail(err)
	}
	if end == "" {
		fail(errors.New("the pages did not lead back to the client"))
	}
	fmt.Println(end)
}

// readForm fills in the page's form: alice, any password, and the button that agrees.
func readForm(page string) (action string, fields url.Values, ok bool) {
	forms := regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)".*?</form>`).FindAllStringSubmatch(page, -1)
	if len(forms) == 0 {
		return "", nil, false
	}
	form := forms[len(forms)-1] // the one before it, if any, switches to another person
	fields = url.Values{}
	attribute := func(tag, name string) string {
		if m := regexp.MustCompile(`\b` + name + `="([^"]*)"`).FindStringSubmatch(tag); m != nil {
			return html.UnescapeString(m[1])
		}
		return ""
	}
	for _, tag := range regexp.MustCompile(`<(?:input|button)[^>]*>`).FindAllString(form[0], -1) {
		name, value := attribute(tag, "name"), attribute(tag, "value")
		switch {
		case name == "username":
			value = "alice"
		case strings.HasPrefix(tag, "<button") && value != "login" && value != "allow":
			continue
		}
		if name != "" {
			fields.Set(name, value)
		}
	}
	return html.UnescapeString(form[1]), fields, true
}
