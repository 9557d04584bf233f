package archive

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Format is a form in which a run can be written.
type Format string

const (
	JSON     Format = "json"     // events, one a line: what replay reads
	HAR      Format = "har"      // HTTP archive, for browsers and proxies
	Curl     Format = "curl"     // a shell script with a curl command for each request
	Markdown Format = "markdown" // a report for an issue tracker
)

// Formats lists them.
func Formats() []Format { return []Format{JSON, HAR, Curl, Markdown} }

// Extension is how the name of a file of this format ends.
func (f Format) Extension() string {
	return map[Format]string{JSON: ".jsonl", HAR: ".har", Curl: ".sh", Markdown: ".md"}[f]
}

// FormatOf gives the format that a file's name asks for; events unless it says otherwise.
func FormatOf(path string) Format {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".har":
		return HAR
	case ".sh", ".curl":
		return Curl
	case ".md", ".markdown":
		return Markdown
	default:
		return JSON
	}
}

// Export writes runs in a format. Secrets are masked unless reveal is set. maker names this program and its version.
func Export(w io.Writer, f Format, runs []*Run, maker string, reveal bool) error {
	switch f {
	case JSON:
		return Write(w, runs, reveal)
	case HAR:
		return writeHAR(w, runs, maker, reveal)
	case Curl:
		return writeCurl(w, runs, reveal)
	case Markdown:
		return writeMarkdown(w, runs, maker, reveal)
	default:
		var names []string
		for _, known := range Formats() {
			names = append(names, string(known))
		}
		return fmt.Errorf("want a format of %s, got %q", strings.Join(names, ", "), f)
	}
}

func scrubAll(texts []string, scrub func(string) string) []string {
	var clean []string
	for _, text := range texts {
		clean = append(clean, scrub(text))
	}
	return clean
}

// ErrNoRun is the error of an export of nothing.
var ErrNoRun = errors.New("want a run to export, there is none")

// shown gives an exchange as it may be seen: whole, or with its secrets masked wherever they stand.
func (r *Run) shown(e flows.Exchange, reveal bool) record.Exchange {
	x := e.Exchange
	if reveal {
		return x
	}
	side := func(fields []record.Header, body record.Body) ([]record.Header, record.Body) {
		masked := make([]record.Header, len(fields))
		for i, h := range fields {
			masked[i] = record.Header{Name: h.Name, Value: r.scrub(secret.HeaderValue(h.Name, h.Value))}
		}
		if len(body.Data) > 0 {
			body.Data = []byte(r.scrub(string(secret.Body(record.Get(fields, "Content-Type"), body.Data))))
		}
		return masked, body
	}
	x.Edits, x.AnswerEdits = scrubAll(x.Edits, r.scrub), scrubAll(x.AnswerEdits, r.scrub)
	x.Request.URL = r.scrub(secret.URL(x.Request.URL))
	x.Request.Headers, x.Request.Body = side(x.Request.Headers, x.Request.Body)
	if x.Response != nil {
		response := *x.Response
		response.Headers, response.Body = side(response.Headers, response.Body)
		x.Response = &response
	}
	if x.Failure != nil {
		failure := *x.Failure
		failure.Message, failure.Cause = r.scrub(secret.URL(failure.Message)), r.scrub(secret.URL(failure.Cause))
		x.Failure = &failure
	}
	return x
}
