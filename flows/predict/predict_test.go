package predict

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows/record"
)

func TestEveryRowSaysWhatAndWho(t *testing.T) {
	reference := regexp.MustCompile(`^(RFC \d{4}|OpenID Connect (Core|Discovery|RP-Initiated Logout)|CIBA|JARM) \d`)
	ids := make(map[string]bool)
	for _, r := range slices.Concat(requestRows(), answerRows()) {
		switch {
		case r.id == "" || ids[r.id]:
			t.Errorf("row %q: the id is empty or taken", r.id)
		case r.text == "" || r.outcome == "":
			t.Errorf("%s: no text or outcome", r.id)
		case !reference.MatchString(r.ref):
			t.Errorf("%s: the reference %q names no specification and section", r.id, r.ref)
		case r.outcome == Refused && r.missed == "":
			t.Errorf("%s: it does not say what it means when the provider accepts it", r.id)
		case r.outcome != Refused && (len(r.errors) > 0 || len(r.status) > 0 || r.silent):
			t.Errorf("%s: %s has no errors", r.id, r.outcome)
		}
		ids[r.id] = true
	}
	if len(ids) < 100 {
		t.Errorf("only %d rows", len(ids))
	}
}

func tokenRequest(body string) Sent {
	return Sent{Step: "token", Purpose: "token", Method: "POST", URL: "https://idp.example/token", Body: []byte(body),
		Headers: []record.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}, {Name: "User-Agent", Value: "x"}}}
}

func TestEdits(t *testing.T) {
	before := tokenRequest("grant_type=authorization_code&code=c&code_verifier=v&client_id=me&scope=a")
	for body, want := range map[string]string{
		"grant_type=authorization_code&code=c&code_verifier=v&client_id=me&scope=a":                "",
		"scope=a&client_id=me&code_verifier=v&code=c&grant_type=authorization_code":                "", // order means nothing
		"grant_type=authorization_code&code=c&client_id=me&scope=a":                                "dropped code_verifier",
		"grant_type=authorization_code&code=c&code_verifier=&client_id=me&scope=a":                 "dropped code_verifier",
		"grant_type=authorization_code&code=d&code_verifier=v&client_id=me&scope=a&x=1":            "changed code, added x",
		"grant_type=authorization_code&code=c&code=c&code_verifier=v&client_id=me&scope=a":         "repeated code",
		"grant_type=authorization_code&code=c&code_verifier=v&client_id=me&scope=a&y=1&y=2":        "repeated y",
		"grant_type=authorization_code&code=c&code_verifier=v&client_id=me&scope=a&code_verifier=": "repeated code_verifier",
	} {
		after := before
		after.Body = []byte(body)
		var got []string
		for _, e := range Edits(before, after) {
			got = append(got, e.String())
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s:\n got %v\nwant %s", body, got, want)
		}
	}
	other := before
	other.Headers = []record.Header{{Name: "content-type", Value: "text/plain"}, {Name: "User-Agent", Value: "y"}}
	if got := Edits(before, other); len(got) != 1 || got[0].String() != "changed header Content-Type" {
		t.Errorf("another content type drops no parameters: %v", got)
	}
}

func TestAnswerEditsLookIntoTokens(t *testing.T) {
	token := func(header, payload, signature string) string {
		enc := base64.RawURLEncoding.EncodeToString
		return enc([]byte(header)) + "." + enc([]byte(payload)) + "." + signature
	}
	answer := func(id string) *record.Response {
		return &record.Response{Status: 200, Body: record.Keep([]byte(`{"access_token":"a","id_token":"` + id + `"}`))}
	}
	before := answer(token(`{"alg":"ES256"}`, `{"nonce":"n","sub":"alice"}`, "sig"))
	for name, c := range map[string]struct{ after, want, id string }{
		"claim":     {token(`{"alg":"ES256"}`, `{"nonce":"other","sub":"alice"}`, "sig"), "changed ID token claim nonce", "id-token-nonce"},
		"header":    {token(`{"alg":"none"}`, `{"nonce":"n","sub":"alice"}`, "sig"), "changed ID token header alg", "id-token-alg"},
		"signature": {token(`{"alg":"ES256"}`, `{"nonce":"n","sub":"alice"}`, "gis"), "changed the ID token signature", "id-token-signature"},
		"opaque":    {"rubbish", "changed member id_token", "id-token-changed"},
		"other":     {token(`{"alg":"ES256"}`, `{"nonce":"n","sub":"alice","x":1}`, "sig"), "added ID token claim x", "id-token-inside"},
	} {
		edits := AnswerEdits(before, answer(c.after))
		if len(edits) != 1 || edits[0].String() != c.want {
			t.Errorf("%s: %v, want %s", name, edits, c.want)
		}
		all := Answer(tokenRequest(""), before, answer(c.after))
		if len(all) != 1 || all[0].ID != c.id || all[0].Outcome != CheckFails || all[0].Later != "id_token" {
			t.Errorf("%s: predicted %+v", name, all)
		}
	}
}

func TestJudging(t *testing.T) {
	verifier := Prediction{ID: "verifier", Outcome: Refused, Errors: []string{"invalid_grant"}, Status: []int{400}, Ref: "RFC 7636 4.6", Missed: "it does not enforce PKCE"}
	client := Prediction{ID: "client", Outcome: Refused, Errors: []string{"invalid_client"}, Status: []int{401}}
	ignored := Prediction{ID: "ignored", Outcome: Accepted, Missed: "unknown parameters must be ignored"}
	state := Prediction{ID: "state", Outcome: CheckFails}
	page := Prediction{ID: "page", Outcome: Refused, Silent: true}
	open := Prediction{ID: "open", Outcome: Undetermined}
	refused := func(code string, status int) Came {
		return Came{Answered: true, Refused: true, Code: code, Status: status}
	}
	for name, c := range map[string]struct {
		all  []Prediction
		came Came
		want []Result
		says string
	}{
		"as predicted":         {[]Prediction{verifier}, refused("invalid_grant", 400), []Result{AsPredicted}, "as predicted: refused with invalid_grant"},
		"another error":        {[]Prediction{verifier}, refused("invalid_request", 400), []Result{Otherwise}, "refused, but with invalid_request where RFC 7636 4.6 says invalid_grant"},
		"another status":       {[]Prediction{verifier}, refused("invalid_grant", 401), []Result{Otherwise}, "HTTP 401"},
		"accepted":             {[]Prediction{verifier}, Came{Answered: true, Status: 200}, []Result{NotRefused}, "the provider accepted it: it does not enforce PKCE"},
		"no answer":            {[]Prediction{verifier}, Came{}, []Result{NotJudged}, "no answer came"},
		"two, the first":       {[]Prediction{verifier, client}, refused("invalid_grant", 400), []Result{AsPredicted, NotJudged}, "as predicted"},
		"two, the second":      {[]Prediction{verifier, client}, refused("invalid_client", 401), []Result{NotJudged, AsPredicted}, "another change"},
		"two, and both taken":  {[]Prediction{verifier, client}, Came{Answered: true, Status: 200}, []Result{NotRefused, NotRefused}, ""},
		"harmless, taken":      {[]Prediction{ignored}, Came{Answered: true, Status: 200}, []Result{AsPredicted}, "nothing was refused"},
		"harmless, refused":    {[]Prediction{ignored}, refused("invalid_request", 400), []Result{NotAccepted}, "refused it with invalid_request: unknown parameters must be ignored"},
		"harmless with reason": {[]Prediction{ignored, verifier}, refused("invalid_grant", 400), []Result{NotJudged, AsPredicted}, ""},
		"a check of ours":      {[]Prediction{state}, Came{Answered: true, Refused: true, Check: true}, []Result{AsPredicted}, "the check failed here"},
		"a check that was not": {[]Prediction{state}, Came{Answered: true}, []Result{NotRefused}, "taken for good here"},
		"refused before":       {[]Prediction{state}, refused("access_denied", 0), []Result{NotJudged}, "before the check"},
		"nobody came back":     {[]Prediction{page}, Came{}, []Result{AsPredicted}, "as far as can be seen"},
		"somebody came back":   {[]Prediction{page}, Came{Answered: true}, []Result{NotRefused}, ""},
		"left to the provider": {[]Prediction{open}, refused("invalid_scope", 400), []Result{NotJudged}, "leave it to the provider"},
	} {
		got := Judge(c.all, c.came)
		for i, v := range got {
			if v.Result != c.want[i] {
				t.Errorf("%s: %s is %s (%s), want %s", name, v.ID, v.Result, v.Said, c.want[i])
			}
		}
		if !strings.Contains(got[0].Said, c.says) {
			t.Errorf("%s: it says %q, want %q", name, got[0].Said, c.says)
		}
	}
}

func TestWhatNobodyKnowsIsNotPredicted(t *testing.T) {
	before := tokenRequest("grant_type=authorization_code&code=c")
	after := before
	after.URL = "https://idp.example/elsewhere"
	after.Headers = append(slices.Clone(after.Headers), record.Header{Name: "X-Tenant", Value: "1"})
	if got := Request(before, after); len(got) != 0 {
		t.Errorf("predicted %+v", got)
	}
	after.URL = "https://evil.example/token"
	if got := Request(before, after); len(got) != 1 || got[0].ID != "elsewhere" {
		t.Errorf("of another server: %+v", got)
	}
}

func FuzzPredictions(f *testing.F) {
	f.Add("token", "grant_type=authorization_code&code=c", "grant_type=x&&&=%zz", `{"id_token":"a.b.c"}`, `{"id_token":"eyJ9.e30.x"}`)
	f.Fuzz(func(t *testing.T, purpose, a, b, answerA, answerB string) {
		before := tokenRequest(a)
		before.Purpose = purpose
		after := before
		after.Body = []byte(b)
		same := &record.Response{Status: 200, Body: record.Keep([]byte(answerA))}
		other := &record.Response{Status: 400, Body: record.Keep([]byte(answerB))}
		if got := Request(before, before); len(got) != 0 {
			t.Errorf("nothing was changed, but: %+v", got)
		}
		if got := Answer(before, same, same); len(got) != 0 {
			t.Errorf("nothing was changed, but: %+v", got)
		}
		all := append(Request(before, after), Answer(before, same, other)...)
		if got := Judge(all, Came{Answered: true, Refused: len(a)%2 == 0, Code: b}); len(got) != len(all) {
			t.Errorf("%d verdicts of %d predictions", len(got), len(all))
		}
	})
}
