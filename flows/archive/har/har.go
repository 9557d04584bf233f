// Package har is the format of HTTP archives, HAR 1.2: the file in which browsers and proxies save what they sent and got.
//
// [Write] writes one. [Read] reads those of browsers, which take the format loosely and are large: entry by entry, what is
// of a wrong type is absent, and a file that was cut off is read up to the cut. Numbers and texts are taken for each
// other where programs do. Memory is bounded by what is kept, whatever the file holds.
package har

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Log is an archive.
type Log struct {
	Version string  `json:"version"`
	Creator Creator `json:"creator"`
	Browser Creator `json:"browser,omitzero"`
	Comment string  `json:"comment,omitempty"`
	Pages   []Page  `json:"pages"` // Firefox opens no archive without
	Entries []Entry `json:"entries"`

	Cut     string `json:"-"` // why not everything was read, in words; empty when it was
	Skipped int    `json:"-"` // entries that could not be read
	Seen    int    `json:"-"` // entries that were looked at
}

// Page groups entries. [Read] passes over pages.
type Page struct {
	Started Time     `json:"startedDateTime"`
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Timings struct{} `json:"pageTimings"`
}

// Unseen is the comment of an entry that only says what was opened in a browser: what became of it is not recorded.
const Unseen = "opened in the browser: its answer was not recorded"

// Creator names a program.
type Creator struct {
	Name    Text `json:"name"`
	Version Text `json:"version"`
}

// String gives the program as people say it: "Firefox 131.0".
func (c Creator) String() string { return strings.TrimSpace(string(c.Name + " " + c.Version)) }

// Entry is one request with its answer.
type Entry struct {
	Started  Time     `json:"startedDateTime"`
	Time     Number   `json:"time"` // milliseconds
	Request  Request  `json:"request"`
	Response Response `json:"response"`
	Cache    struct{} `json:"cache"`
	Timings  Timings  `json:"timings"`
	ServerIP Text     `json:"serverIPAddress,omitempty"`
	Page     Text     `json:"pageref,omitempty"`
	Comment  Text     `json:"comment,omitempty"`

	ResourceType Text `json:"_resourceType,omitempty"` // Chrome: "document", "xhr", "image", "preflight"
	Part         bool `json:"-"`                       // the file was cut off in the middle of it
}

// Request is what was sent.
type Request struct {
	Method      Text      `json:"method"`
	URL         Text      `json:"url"`
	HTTPVersion Text      `json:"httpVersion"`
	Cookies     []Pair    `json:"cookies"`
	Headers     []Pair    `json:"headers"`
	QueryString []Pair    `json:"queryString"`
	PostData    *PostData `json:"postData,omitempty"`
	HeadersSize Number    `json:"headersSize"`
	BodySize    Number    `json:"bodySize"`
}

// PostData is the body of a request. Encoding is no part of HAR 1.2, but proxies write it.
type PostData struct {
	MimeType Text   `json:"mimeType"`
	Params   []Pair `json:"params"`
	Text     Text   `json:"text"`
	Encoding Text   `json:"encoding,omitempty"`
	File     Text   `json:"_file,omitempty"` // Playwright: it stands in this file
}

// Response is what came. Status is 0 when nothing did.
type Response struct {
	Status      Number  `json:"status"`
	StatusText  Text    `json:"statusText"`
	HTTPVersion Text    `json:"httpVersion"`
	Cookies     []Pair  `json:"cookies"`
	Headers     []Pair  `json:"headers"`
	Content     Content `json:"content"`
	RedirectURL Text    `json:"redirectURL"`
	HeadersSize Number  `json:"headersSize"`
	BodySize    Number  `json:"bodySize"`
	Error       Text    `json:"_error,omitempty"`       // Chrome: "net::ERR_CONNECTION_REFUSED"
	FailureText Text    `json:"_failureText,omitempty"` // Playwright, the same
}

// Content is the body of an answer. Browsers leave Text out of redirects, and of what they no longer had.
type Content struct {
	Size     Number `json:"size"`
	MimeType Text   `json:"mimeType"`
	Text     *Text  `json:"text,omitempty"`
	Encoding Text   `json:"encoding,omitempty"` // "base64"
	File     Text   `json:"_file,omitempty"`    // Playwright: it stands in this file
}

// Pair is a header, a cookie, or a parameter.
type Pair struct {
	Name  Text `json:"name"`
	Value Text `json:"value"`
}

// Timings are in milliseconds; -1 for what does not apply.
type Timings struct {
	Blocked Number `json:"blocked"`
	DNS     Number `json:"dns"`
	Connect Number `json:"connect"`
	Send    Number `json:"send"`
	Wait    Number `json:"wait"`
	Receive Number `json:"receive"`
	SSL     Number `json:"ssl"`
}

// Text is a string, or a number or boolean that was written in its place.
type Text string

// UnmarshalJSON never fails: what is no text is the empty one.
func (t *Text) UnmarshalJSON(data []byte) error {
	*t = ""
	switch {
	case len(data) > 0 && data[0] == '"':
		_ = json.Unmarshal(data, (*string)(t))
	case len(data) > 0 && data[0] != '{' && data[0] != '[' && string(data) != "null":
		*t = Text(data)
	}
	return nil
}

// Number is a number, or a text that is one.
type Number float64

// UnmarshalJSON never fails: what is no number is 0.
func (n *Number) UnmarshalJSON(data []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(data), `" `), 64)
	if err != nil || f != f || f > 1e15 || f < -1e15 {
		f = 0
	}
	*n = Number(f)
	return nil
}

// Duration reads a number of milliseconds; what does not apply is 0.
func (n Number) Duration() time.Duration {
	return time.Duration(max(0, min(float64(n), 1e9)) * float64(time.Millisecond))
}

// Time is a moment in ISO 8601, in one of the ways in which programs write it.
type Time struct{ time.Time }

// UnmarshalJSON never fails: what is no moment is the zero time.
func (t *Time) UnmarshalJSON(data []byte) error {
	var text string
	_ = json.Unmarshal(data, &text)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			t.Time = at
			return nil
		}
	}
	t.Time = time.Time{}
	return nil
}

// MarshalJSON writes milliseconds, as browsers do.
func (t Time) MarshalJSON() ([]byte, error) {
	return json.Marshal(t.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}
