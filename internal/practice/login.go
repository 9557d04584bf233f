package practice

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// Logging in has two pages: who you are, and what the client may have. A browser that logged in before skips the first.
// The second is always shown, unless the client forbids pages (prompt=none), because seeing it is what practice is for.

// browser is one logged-in browser.
type browser struct {
	sid      string // names the login in tokens; the cookie is not told to anyone
	login    string
	authTime int // Unix seconds
}

// logins are the logged-in browsers and what people have consented to. go-oidc's lock guards them.
type logins struct {
	browsers bounded[browser]  // by cookie
	consents bounded[[]string] // by login and client: scopes
}

func newLogins() logins {
	return logins{browsers: newBounded[browser](200), consents: newBounded[[]string](200)}
}

// errRefused and errStayed are the person's no. They are answers, not failures.
var (
	errRefused = errors.New("the person refused")
	errStayed  = errors.New("the person stays signed in")
)

// logIn is the policy that go-oidc asks about each request of a browser: it shows a page, or says yes or no.
func (p *Provider) logIn(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, c *goidc.Client) (goidc.Status, error) {
	action := ""
	if r.Method == http.MethodPost {
		action = r.PostFormValue("action")
	}
	switch {
	case action == "deny":
		return goidc.StatusFailure, errRefused
	case action == "switch":
		as.Subject = ""
		return p.showLogin(w, r, as, c, "")
	case as.Subject == "" && action == "login":
		return p.checkLogin(w, r, as, c)
	case as.Subject == "":
		if found, err := p.recognise(r, as); err != nil {
			return goidc.StatusFailure, err
		} else if !found {
			return p.showLogin(w, r, as, c, "")
		}
	}
	if prompts(as, goidc.PromptTypeNone) {
		if !p.consented(as) {
			return goidc.StatusFailure, goidc.WrapError("consent_required", "consent required",
				errors.New("prompt=none forbids the consent page, and this person has not consented to these scopes before"))
		}
	} else if action != "allow" {
		return p.showConsent(w, r, as, c)
	}
	p.logins.consents.put(as.Subject+" "+as.ClientID, strings.Fields(as.Scopes))
	as.GrantedScopes, as.GrantedResources, as.GrantedAuthDetails = as.Scopes, as.Resources, as.AuthDetails
	return goidc.StatusSuccess, nil
}

// checkLogin takes what was typed on the login page.
func (p *Provider) checkLogin(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, c *goidc.Client) (goidc.Status, error) {
	someone, ok := personByLogin(r.PostFormValue("username"))
	if !ok {
		return p.showLogin(w, r, as, c, "Nobody here has that name. Try alice or bob.")
	}
	if r.PostFormValue("password") == "" {
		return p.showLogin(w, r, as, c, "Type a password. Any will do.")
	}
	b := browser{sid: rand.Text(), login: someone.Login, authTime: int(time.Now().Unix())}
	cookie := rand.Text() + rand.Text()
	p.logins.browsers.put(cookie, b)
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(), Value: cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	adopt(as, b)
	// Going on with a GET keeps "reload" from asking whether to send the password again.
	http.Redirect(w, r, callbackPath(as), http.StatusSeeOther)
	return goidc.StatusPending, nil
}

// recognise finds out whether the browser's earlier login will do for this request.
func (p *Provider) recognise(r *http.Request, as *goidc.AuthnSession) (bool, error) {
	b, ok := p.browser(r)
	switch {
	case !ok:
	case prompts(as, goidc.PromptTypeLogin), prompts(as, goidc.PromptTypeSelectAccount):
		ok = false
	case as.MaxAuthnAgeSecs != nil && int(time.Now().Unix())-b.authTime > *as.MaxAuthnAgeSecs:
		ok = false
	case as.IDTokenHintClaims != nil && as.IDTokenHintClaims["sub"] != b.login:
		ok = false
	}
	if ok {
		adopt(as, b)
	} else if prompts(as, goidc.PromptTypeNone) {
		return false, goidc.WrapError(goidc.ErrorCodeLoginRequired, "login required",
			errors.New("prompt=none forbids the login page, and this browser has no login that fits the request"))
	}
	return ok, nil
}

func adopt(as *goidc.AuthnSession, b browser) {
	as.Subject, as.Username = b.login, b.login
	as.Store = map[string]any{storeAuthTime: b.authTime, storeSID: b.sid}
}

func (p *Provider) consented(as *goidc.AuthnSession) bool {
	given := p.logins.consents.get(as.Subject + " " + as.ClientID)
	return given != nil && !slices.ContainsFunc(strings.Fields(as.Scopes), func(s string) bool {
		return !slices.Contains(given, s)
	})
}

func (p *Provider) browser(r *http.Request) (browser, bool) {
	cookie, err := r.Cookie(p.cookieName())
	if err != nil {
		return browser{}, false
	}
	b := p.logins.browsers.get(cookie.Value)
	return b, b.login != ""
}

// cookieName has the port in it: cookies do not tell ports apart, so two providers would log each other out.
func (p *Provider) cookieName() string {
	return "practice_" + p.host[strings.LastIndexByte(p.host, ':')+1:]
}

func prompts(as *goidc.AuthnSession, want goidc.PromptType) bool {
	return slices.Contains(strings.Fields(string(as.Prompt)), string(want))
}

// callbackPath is where go-oidc goes on with a session.
func callbackPath(as *goidc.AuthnSession) string {
	if as.DeviceCode != "" {
		return pathDevice + "/" + as.ID
	}
	return pathAuthorize + "/" + as.ID
}

// logOut is the policy for RP-initiated logout.
func (p *Provider) logOut(w http.ResponseWriter, r *http.Request, ls *goidc.LogoutSession) (goidc.Status, error) {
	b, loggedIn := p.browser(r)
	action := ""
	if r.Method == http.MethodPost {
		action = r.PostFormValue("action")
	}
	// RP-Initiated Logout 2: the person is asked, unless an ID token says that the client knows who it is.
	switch hinted := ls.IDTokenHintClaims != nil && ls.IDTokenHintClaims["sub"] == b.login; {
	case action == "stay":
		return goidc.StatusFailure, errStayed
	case loggedIn && !hinted && action != "logout":
		return p.showLogout(w, r, ls, b)
	}
	if cookie, err := r.Cookie(p.cookieName()); err == nil {
		p.logins.browsers.drop(cookie.Value)
		http.SetCookie(w, &http.Cookie{Name: p.cookieName(), Path: "/", MaxAge: -1, HttpOnly: true})
	}
	return goidc.StatusSuccess, nil
}
