package doctor

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
)

// Answer is what one fetch led to: the redirects that were followed, then the exchange that counts.
type Answer struct {
	Purpose   string
	Exchanges []record.Exchange
}

func (a *Answer) last() *record.Exchange {
	if a == nil || len(a.Exchanges) == 0 {
		return nil
	}
	return &a.Exchanges[len(a.Exchanges)-1]
}

// response is nil when no whole answer came.
func (a *Answer) response() *record.Response {
	e := a.last()
	if e == nil || e.Failure != nil {
		return nil
	}
	return e.Response
}

func (a *Answer) failure() *record.Failure {
	if e := a.last(); e != nil {
		return e.Failure
	}
	return nil
}

// status is 0 when no answer came.
func (a *Answer) status() int {
	if r := a.response(); r != nil {
		return r.Status
	}
	return 0
}

func (a *Answer) ok() bool { return a.status() == http.StatusOK }

func (a *Answer) header(name string) string {
	if r := a.response(); r != nil {
		return record.Get(r.Headers, name)
	}
	return ""
}

func (a *Answer) headers(name string) []string {
	var all []string
	if r := a.response(); r != nil {
		for _, h := range r.Headers {
			if strings.EqualFold(h.Name, name) {
				all = append(all, h.Value)
			}
		}
	}
	return all
}

// url is the address that answered, after redirects; never nil.
func (a *Answer) url() *url.URL {
	if e := a.last(); e != nil {
		if u, err := url.Parse(e.Request.URL); err == nil {
			return u
		}
	}
	return new(url.URL)
}

// first is the address that was asked.
func (a *Answer) first() *url.URL {
	if len(a.Exchanges) > 0 {
		if u, err := url.Parse(a.Exchanges[0].Request.URL); err == nil {
			return u
		}
	}
	return new(url.URL)
}

// body is the body as meant: unpacked when it came packed, although nothing of that kind was asked for.
func (a *Answer) body() []byte {
	r := a.response()
	if r == nil {
		return nil
	}
	if !strings.EqualFold(record.Get(r.Headers, "Content-Encoding"), "gzip") {
		return r.Body.Data
	}
	zip, err := gzip.NewReader(bytes.NewReader(r.Body.Data))
	if err != nil {
		return r.Body.Data
	}
	plain, err := io.ReadAll(io.LimitReader(zip, maxDocument+1))
	if err != nil {
		return r.Body.Data
	}
	return plain
}

// media is the media type without parameters, in lower case; "" when there is none that can be read.
func (a *Answer) media() (kind string, parameters map[string]string) {
	kind, parameters, err := mime.ParseMediaType(a.header("Content-Type"))
	if err != nil {
		return "", nil
	}
	return kind, parameters
}

func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// html reports whether the answer is a page for people.
func (a *Answer) html() bool {
	if a.response() == nil {
		return false
	}
	if media, _ := a.media(); media == "text/html" || media == "application/xhtml+xml" {
		return true
	}
	start := strings.ToLower(string(bytes.TrimSpace(a.body())[:min(len(bytes.TrimSpace(a.body())), 64)]))
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html")
}

// took is how long it all lasted.
func (a *Answer) took() time.Duration {
	var sum time.Duration
	for i := range a.Exchanges {
		sum += a.Exchanges[i].Timing.Total
	}
	return sum
}

// at is when the answer's first byte came, as near as is known.
func (e answered) at() time.Time { return e.Timing.Start.Add(e.Timing.Total - e.Timing.Read) }

// answered is an exchange with its answer.
type answered struct{ *record.Exchange }
