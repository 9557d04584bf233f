package flows

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"sync"

	"github.com/oidcscope/oidcscope/internal/safe"
)

// page is what the browser shows after the redirect. Everything in it is escaped; nothing is loaded from anywhere.
type page struct {
	Good    bool
	Title   string
	Text    string
	Details []pageDetail
	Script  template.JS // that the page runs; empty for all but one
}

type pageDetail struct{ Name, Value string }

var (
	pageSuccess   = page{Good: true, Title: "Login received", Text: "The code has arrived. You can close this tab and go back to the terminal."}
	pageTaken     = page{Title: "Already answered", Text: "This login has had its answer. Go back to the terminal to start another one."}
	pageNotFound  = page{Title: "Nothing here", Text: "This address belongs to a login that is under way in a terminal, at another path."}
	pageStranger  = page{Title: "Wrong host", Text: "This request was made under a name that is not this listener's."}
	pageMethod    = page{Title: "Unexpected request", Text: "The answer to a login comes as a GET request, or as a form."}
	pageLoggedOut = page{Good: true, Title: "Logged out", Text: "The provider sent the browser back. You can close this tab and go back to the terminal."}
	pageHandOver  = page{Good: true, Title: "One moment", Script: handOver,
		Text: "No answer came in the request. If it stands after the # of the address, which browsers keep for themselves, this page hands it over to the terminal. If nothing happens, copy the whole address and paste it there."}
	pageFragment = page{Title: "No code in this request",
		Text: "If the address bar shows the answer after a # sign, the browser kept it for itself: that part is never sent. Copy the whole address and paste it in the terminal."}
)

// pageFailure says what was wrong with the answer.
func pageFailure(p *Problem) page {
	failed := page{Title: "Login not accepted", Text: "The answer reached the terminal, but it is not a good one. The terminal says more."}
	if p.OAuth != nil {
		failed.Title = "The provider said no"
		failed.add("error", p.OAuth.Code)
		failed.add("description", p.OAuth.Description)
	} else {
		failed.add("expected", p.Expected)
		failed.add("got", p.Got)
	}
	failed.add("reference", p.Ref)
	return failed
}

func (p *page) add(name, value string) {
	if value != "" {
		p.Details = append(p.Details, pageDetail{name, safe.Short(value, 600)})
	}
}

// handOver posts what stands after the # to the listener, and takes it out of the address bar; it says so when nothing stands there.
const handOver = template.JS(`var answer = location.hash.slice(1);
if (answer) {
  history.replaceState(null, "", location.pathname);
  var form = document.createElement("form"), field = document.createElement("input");
  form.method = "post";
  form.action = location.pathname;
  field.type = "hidden";
  field.name = "fragment";
  field.value = answer;
  form.appendChild(field);
  document.body.appendChild(form);
  form.submit();
} else {
  document.querySelector("main").className = "";
  document.querySelector("h1").textContent = "✗ No answer in this address";
  document.querySelector("p").textContent = "The provider sent the browser back with nothing: no code, and no error. The terminal goes on waiting: log in there once more, or end it with ctrl+c.";
}`)

// policy says what a page may do: nothing, but for the one that hands over a fragment. That one may run its own script, known
// by its hash, and post to where it came from; no-referrer would make its Origin "null".
func (p page) policy() (content, referrer string) {
	if p.Script == "" {
		return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", "no-referrer"
	}
	sum := sha256.Sum256([]byte(p.Script))
	return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; script-src 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'", "same-origin"
}

// writePage sends a page and returns its bytes.
func writePage(w http.ResponseWriter, status int, p page) []byte {
	var body bytes.Buffer
	if err := pageTemplate().Execute(&body, p); err != nil {
		body.WriteString("see the terminal")
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	content, referrer := p.policy()
	h.Set("Content-Security-Policy", content)
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", referrer)
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(body.Bytes())
	return body.Bytes()
}

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageHTML))
})

const pageHTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{{.Title}} · oidcscope</title>
<style>
:root { color-scheme: light dark; --text: #1c1e24; --dim: #5b606b; --back: #f6f7f9; --card: #ffffff; --line: #d9dce2; --mark: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e7e9ee; --dim: #a3a9b6; --back: #14161a; --card: #1d2026; --line: #343943; --mark: #ff8a80; } }
main.good { --mark: #1b7a3d; }
@media (prefers-color-scheme: dark) { main.good { --mark: #6fd08c; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 34rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.25; }
h1 span { color: var(--mark); }
p { margin: 0; color: var(--dim); }
dl { margin: 1.25rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--line); display: grid; grid-template-columns: max-content 1fr; gap: .375rem 1rem; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 1.5rem; font-size: .875rem; color: var(--dim); }
@media (max-width: 28rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
</style>
</head>
<body>
<main{{if .Good}} class="good"{{end}}>
<h1><span aria-hidden="true">{{if .Good}}✓{{else}}✗{{end}}</span> {{.Title}}</h1>
<p>{{.Text}}</p>
{{- if .Details}}
<dl>
{{- range .Details}}
<dt>{{.Name}}</dt><dd>{{.Value}}</dd>
{{- end}}
</dl>
{{- end}}
<footer>oidcscope</footer>
</main>
{{- if .Script}}
<script>{{.Script}}</script>
{{- end}}
</body>
</html>
`
