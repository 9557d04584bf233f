package practice

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// The pages work without scripts and without anything from elsewhere. What a client or a person sent is shown through
// html/template only.

//go:embed pages
var pageFiles embed.FS

// templates are read when the first page is shown.
var templates = sync.OnceValue(func() map[string]*template.Template {
	layout := template.Must(template.New("").Funcs(template.FuncMap{"group": groupUserCode}).
		ParseFS(pageFiles, "pages/layout.html"))
	set := map[string]*template.Template{}
	files, _ := pageFiles.ReadDir("pages")
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".html"); ok && name != "layout" {
			set[name] = template.Must(template.Must(layout.Clone()).ParseFS(pageFiles, "pages/"+f.Name()))
		}
	}
	return set
})

// view is what every page gets.
type view struct {
	Page   string // name of the template; LogIn reads it from the page, too
	Title  string
	Issuer string
	Data   any
}

// field is one line of a page's table.
type field struct{ Name, Value string }

// show writes a page. sendsTo are the origins, beside our own, that its form may lead to.
func (p *Provider) show(w http.ResponseWriter, status int, name, title string, data any, sendsTo ...string) error {
	var page bytes.Buffer
	v := view{Page: name, Title: title, Issuer: p.issuer, Data: data}
	if err := templates()[name].ExecuteTemplate(&page, "layout", v); err != nil {
		return fmt.Errorf("writing page %q: %w", name, err)
	}
	scripts := "'none'"
	if name == "form-post" {
		scripts = "'self'"
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; script-src "+scripts+
		"; form-action "+strings.Join(append([]string{"'self'"}, sendsTo...), " ")+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin") // not no-referrer: that would hide the origin of our own forms from us
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	w.WriteHeader(status)
	_, err := w.Write(page.Bytes())
	return err
}

// serveAsset serves the style sheet, the icon and the one script.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.PathValue("name"))
	kind, ok := map[string]string{
		"practice.css": "text/css; charset=utf-8",
		"icon.svg":     "image/svg+xml",
		"submit.js":    "text/javascript; charset=utf-8",
	}[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	data, _ := pageFiles.ReadFile("pages/" + name)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = w.Write(data)
}

// asking is the data of the login and consent pages.
type asking struct {
	Action   string // where the form goes
	Client   string
	ClientID string
	Login    string // prefilled, or logged in
	Name     string
	Error    string
	Scopes   []scopeLine
	UserCode string // of a device login
	Back     string // where the browser goes afterwards
	Request  []field
}

type scopeLine struct{ ID, Words string }

func (p *Provider) showLogin(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, c *goidc.Client, trouble string) (goidc.Status, error) {
	data := newAsking(as, c)
	data.Error = trouble
	if data.Login = as.LoginHint; r.PostFormValue("username") != "" {
		data.Login = r.PostFormValue("username")
	}
	if data.Login == "" {
		data.Login = people()[0].Login
	}
	return goidc.StatusPending, p.show(w, http.StatusOK, "login", "Sign in", data, origin(as.RedirectURI))
}

func (p *Provider) showConsent(w http.ResponseWriter, _ *http.Request, as *goidc.AuthnSession, c *goidc.Client) (goidc.Status, error) {
	data := newAsking(as, c)
	data.Login = as.Subject
	if someone, ok := personByLogin(as.Subject); ok {
		data.Name = someone.Name
	}
	for _, s := range scopeTable() {
		if hasScope(as.Scopes, s.id) {
			data.Scopes = append(data.Scopes, scopeLine{s.id, s.words})
		}
	}
	return goidc.StatusPending, p.show(w, http.StatusOK, "consent", "Allow access", data, origin(as.RedirectURI))
}

func newAsking(as *goidc.AuthnSession, c *goidc.Client) asking {
	a := asking{Action: callbackPath(as), Client: c.Name, ClientID: c.ID, Back: as.RedirectURI}
	if a.Client == "" {
		a.Client = c.ID
	}
	if as.DeviceCode != "" {
		a.UserCode = groupUserCode(as.UserCode)
	}
	for _, f := range []field{
		{"client_id", c.ID},
		{"response_type", string(as.ResponseType)},
		{"response_mode", string(as.ResponseMode)},
		{"redirect_uri", as.RedirectURI},
		{"scope", as.Scopes},
		{"state", as.State},
		{"nonce", as.Nonce},
		{"code_challenge", as.CodeChallenge},
		{"code_challenge_method", string(as.CodeChallengeMethod)},
		{"prompt", string(as.Prompt)},
		{"login_hint", as.LoginHint},
		{"acr_values", as.ACRValues},
		{"resource", strings.Join(as.Resources, " ")},
		{"request_uri", as.RequestURI},
	} {
		if f.Value != "" {
			a.Request = append(a.Request, f)
		}
	}
	return a
}

// origin gives the source expression for a redirect address. Browsers apply form-action to the redirects that follow a
// form, so the client's address has to be named in it.
func origin(redirect string) string {
	u, err := url.Parse(redirect)
	switch {
	case err != nil || u.Scheme == "":
		return ""
	case u.Host == "" || strings.Contains(u.Host, "["): // a private-use scheme, or IPv6, which CSP can't name
		return u.Scheme + ":"
	default:
		return u.Scheme + "://" + u.Host
	}
}

// promptUserCode shows where to type the code of a device; with a word about it when a code was typed and is not known.
func (p *Provider) promptUserCode(w http.ResponseWriter, r *http.Request) error {
	data := struct{ Typed string }{r.URL.Query().Get("typed")}
	if data.Typed != "" {
		seenFrom(r.Context()).Reason = "an unknown user code was typed"
	}
	return p.show(w, http.StatusOK, "device", "Connect a device", data)
}

// message is the data of a page that asks nothing.
type message struct {
	Heading, Text string
	Good          bool
	Details       []field
}

func (p *Provider) confirmDevice(w http.ResponseWriter, _ *http.Request) error {
	return p.show(w, http.StatusOK, "message", "Device connected", message{
		Heading: "Your device is connected",
		Text:    "Go back to it: it will notice within a few seconds. You can close this window.",
		Good:    true,
	})
}

// showError shows a refusal that must not be sent to the client: to whom would it go?
func (p *Provider) showError(w http.ResponseWriter, r *http.Request, err error) error {
	switch {
	case errors.Is(err, errStayed):
		return p.show(w, http.StatusOK, "message", "Signed in", message{
			Heading: "You are still signed in",
			Text:    "Nothing has changed. You can close this window.",
			Good:    true,
		})
	case errors.Is(err, errRefused):
		return p.show(w, http.StatusOK, "message", "Refused", message{
			Heading: "You refused",
			Text:    "Nothing was given away. The client is told that access was denied. You can close this window.",
		})
	}
	s := seenFrom(r.Context())
	text := "The client's request has a fault, and it is not safe to send the browser back to it. Real providers stop here, too; the reason is something that most of them keep to themselves."
	if strings.HasPrefix(s.Path, pathDevice) || strings.HasPrefix(s.Path, pathLogout) {
		text = "This request can't be carried out. Start again from the client."
	}
	return p.show(w, http.StatusBadRequest, "message", "Error", message{
		Heading: "This can't go on",
		Text:    text,
		Details: []field{{"error", s.Code}, {"reason", s.Reason}, {"client_id", s.ClientID}, {"redirect_uri", r.FormValue("redirect_uri")}},
	})
}

func (p *Provider) showLogout(w http.ResponseWriter, _ *http.Request, ls *goidc.LogoutSession, b browser) (goidc.Status, error) {
	someone, _ := personByLogin(b.login)
	return goidc.StatusPending, p.show(w, http.StatusOK, "logout", "Sign out", asking{
		Action: pathLogout + "/" + ls.ID, Name: someone.Name,
	}, origin(ls.PostLogoutRedirectURI))
}

func (p *Provider) showLoggedOut(w http.ResponseWriter, _ *http.Request, _ *goidc.LogoutSession) error {
	return p.show(w, http.StatusOK, "message", "Signed out", message{
		Heading: "You are signed out",
		Text:    "This browser's login at the practice provider has ended. Tokens that clients hold go on until they expire or are revoked.",
		Good:    true,
	})
}

// dressFormPost puts go-oidc's form_post page into our layout: its own is blank without scripts, and its inline script
// would need a hole in the content security policy.
func (p *Provider) dressFormPost(a *answer) {
	if a.header.Get("Content-Type") != "text/html" {
		return
	}
	form, err := readForm(a.body.Bytes())
	if err != nil || form.id != "auth-response" {
		return
	}
	a.body.Reset()
	_ = p.show(a, http.StatusOK, "form-post", "Signing you in", struct {
		Action string
		Fields []field
	}{form.action, form.fields}, origin(form.action))
}

// showIndex says what this is to whoever opens the issuer in a browser.
func (p *Provider) showIndex(w http.ResponseWriter, r *http.Request) {
	type client struct{ ID, Method, Secret string }
	var clients []client
	for _, c := range p.Clients() {
		clients = append(clients, client{c.ID, c.Method, c.Secret.Reveal()})
	}
	if err := p.show(w, http.StatusOK, "index", "Practice provider", struct {
		Clients []client
		People  []person
		Scopes  string
		Device  string
	}{clients, people(), strings.Join(scopeIDs(), " "), p.issuer + pathDevice}); err != nil {
		refuse(w, r, http.StatusInternalServerError, err.Error())
	}
}
