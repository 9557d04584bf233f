package explain

import (
	"slices"
	"strings"
	"testing"
)

// Every topic has words, and every name that a topic points to is one.
func TestTopicsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, topic := range All() {
		id := string(topic.Kind) + " " + topic.Name
		if seen[id] && topic.Kind != Step && topic.Kind != Claim && topic.Kind != Header {
			t.Errorf("%s is there twice", id)
		}
		seen[id] = true
		if topic.Name == "" || len(topic.Text) < 9 || topic.Kind != Specification && len(topic.Refs) == 0 && topic.Kind != Flow && topic.Kind != Provider {
			t.Errorf("%s has no name, text or reference: %+v", id, topic)
		}
		if !slices.Contains(Kinds(), topic.Kind) {
			t.Errorf("%s is of no kind that is listed", id)
		}
		for _, other := range topic.See {
			if a := Find(other); len(a.Topics) == 0 || a.Meant != "" {
				t.Errorf("%s points to %q, which is no topic", id, other)
			}
		}
		if a := Find(topic.Name); len(a.Topics) == 0 || a.Meant != "" {
			t.Errorf("%s is not found by its name", id)
		}
	}
}

func TestFind(t *testing.T) {
	for question, want := range map[string]string{
		"exp":                         "claim exp",
		"EXP":                         "claim exp",
		"nonce":                       "claim nonce|header parameter nonce|parameter nonce",
		"TOK-050":                     "check TOK-050",
		"tok50":                       "check TOK-050",
		"expired":                     "check TOK-050",
		"rfc9449":                     "specification RFC 9449",
		"RFC 7519 4.1.4":              "specification RFC 7519",
		"OpenID Connect Core 3.1.3.7": "specification OpenID Connect Core",
		"code challenge":              "term code challenge|parameter code_challenge",
		"what is pkce?":               "term PKCE|flow pkce",
		"RP":                          "term client",
		"OIDC":                        "term OpenID Connect",
		"prefered_username":           "claim preferred_username", // a mistake
		"redirect-uri":                "parameter redirect_uri",
		"device":                      "flow device",
		"private_key_jwt":             "term client authentication",
		"invalid_grant":               "error code invalid_grant",
		"DISC-006":                    "check DISC-006",
		"AADB2C90118":                 "error code AADB2C90118",
		"kid":                         "header parameter kid",
		"prompt=none":                 "parameter prompt",
		"okta":                        "provider Okta",
		"azure ad":                    "provider Microsoft Entra ID",
	} {
		var got []string
		for _, topic := range Find(question).Topics {
			got = append(got, string(topic.Kind)+" "+topic.Name)
		}
		for _, part := range strings.Split(want, "|") {
			if !slices.Contains(got, part) {
				t.Errorf("%q gives %q, want %s", question, got, part)
			}
		}
	}
	if a := Find("prefered_username"); a.Meant != "preferred_username" {
		t.Errorf("meant %q", a.Meant)
	}
	if a := Find("logout stuff"); len(a.Topics) > 0 || !slices.Contains(a.Similar, "logout token") {
		t.Errorf("got %+v", a)
	}
	for _, nothing := range []string{"", "zzzzzzzzqqq", strings.Repeat("x", 5000), "\x1b[31m"} {
		if a := Find(nothing); len(a.Topics) > 0 {
			t.Errorf("%.20q gives %+v", nothing, a.Topics[0])
		}
	}
}

// FuzzFind: any question is answered quickly and without a panic, and the answer holds what it says.
func FuzzFind(f *testing.F) {
	f.Add("rfc 7519 4.1.4")
	f.Add("tok-")
	f.Fuzz(func(t *testing.T, question string) {
		a := Find(question)
		if a.Meant != "" && len(a.Topics) == 0 || len(a.Topics) > 0 && len(a.Similar) > 0 {
			t.Fatalf("%q: %+v", question, a)
		}
	})
}
