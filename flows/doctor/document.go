package doctor

import (
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
)

// Document is a discovery document as it was written.
type Document struct {
	URL  string // where it was fetched; empty for one that was at hand
	Text string
	JSON *inspect.Document
	root *inspect.Value // nil unless the text is one JSON object
}

func newDocument(address string, text []byte) *Document {
	d := &Document{URL: address, Text: string(text)}
	if len(d.Text) > maxDocument {
		d.JSON = &inspect.Document{Text: d.Text[:0]}
		return d
	}
	d.JSON = inspect.ScanJSON(d.Text)
	if r := d.JSON.Root; r != nil && r.Kind == inspect.Object && d.JSON.Complete {
		d.root = r
	}
	return d
}

// maxDocument bounds what is read of a document, in bytes.
const maxDocument = 1 << 20

// Readable reports whether the text could be read as a JSON object, perhaps with something behind it.
func (d *Document) Readable() bool { return d != nil && d.root != nil }

// Issuer is the member issuer as it is written, or "".
func (d *Document) Issuer() string { return d.text("issuer") }

// get gives a member; null counts as absent.
func (d *Document) get(name string) *inspect.Value {
	if d == nil || d.root == nil {
		return nil
	}
	if v := d.root.Get(name); v != nil && v.Kind != inspect.Null {
		return v
	}
	return nil
}

func (d *Document) has(name string) bool { return d.get(name) != nil }

// text gives a member that is a text, or "".
func (d *Document) text(name string) string {
	s, _ := d.get(name).Text()
	return s
}

// list gives the texts of a member; a single text counts as a list of one, as lenient clients read it. there is false for an
// absent member, and for one that is no list of texts.
func (d *Document) list(name string) (values []string, there bool) {
	return d.get(name).Texts()
}

// values is list for where an absent member and an empty one mean the same.
func (d *Document) values(name string) []string {
	v, _ := d.list(name)
	return v
}

// offers reports whether a list holds a value, with the default of an absent list.
func (d *Document) offers(name, value string) bool {
	list, there := d.list(name)
	if !there {
		list = defaultList(name)
	}
	return slices.Contains(list, value)
}

// isTrue reads a boolean with its default; the text "true" counts, as lenient clients read it.
func (d *Document) isTrue(name string) bool {
	v := d.get(name)
	if v == nil {
		return defaultTrue(name)
	}
	return v.IsTrue() || v.Str == "true"
}

// names lists the members in their order.
func (d *Document) names() []string {
	if d == nil || d.root == nil {
		return nil
	}
	names := make([]string, len(d.root.Members))
	for i := range d.root.Members {
		names[i] = d.root.Members[i].Name
	}
	return names
}

// address gives a member that is an absolute http or https URL with a host.
func (d *Document) address(name string) (*url.URL, bool) { return parseAddress(d.text(name)) }

func parseAddress(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, false
	}
	return u, true
}

// endpoints lists the members that requests are sent to, and jwks_uri, in the order of the document.
func (d *Document) endpoints() []string {
	var names []string
	for _, name := range d.names() {
		if (strings.HasSuffix(name, "_endpoint") || name == "jwks_uri" || name == "check_session_iframe") && d.has(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
