package practice

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// form is the first form of a page of ours, or of go-oidc's.
type form struct {
	page           string // data-page of the body
	id             string
	method, action string
	fields         []field
	buttons        []field
	text           string // of the page's headings and paragraphs, for errors
}

// readForm reads a page. The pages are well-formed enough for the XML reader in its lenient mode.
func readForm(page []byte) (form, error) {
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var f form
	var words []string
	inMain := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			f.text = strings.Join(words, " ")
			return f, nil
		}
		if err != nil {
			return f, fmt.Errorf("reading a page of the practice provider: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			inMain = inMain || t.Name.Local == "main"
			f.add(t)
		case xml.EndElement:
			inMain = inMain && t.Name.Local != "main"
		case xml.CharData:
			if inMain {
				words = append(words, strings.Fields(string(t))...)
			}
		}
	}
}

func (f *form) add(t xml.StartElement) {
	attr := map[string]string{}
	for _, a := range t.Attr {
		attr[a.Name.Local] = a.Value
	}
	switch {
	case t.Name.Local == "body":
		f.page = attr["data-page"]
	case t.Name.Local == "form" && f.method == "":
		f.id, f.action, f.method = attr["id"], attr["action"], strings.ToUpper(attr["method"])
	case t.Name.Local == "input" && attr["name"] != "":
		f.fields = append(f.fields, field{attr["name"], attr["value"]})
	case t.Name.Local == "button" && attr["name"] != "":
		f.buttons = append(f.buttons, field{attr["name"], attr["value"]})
	}
}

// values are what the browser sends when the button with this value is pressed.
func (f *form) values(button string) (url.Values, error) {
	v := url.Values{}
	for _, one := range f.fields {
		v.Add(one.Name, one.Value)
	}
	if button == "" {
		return v, nil
	}
	for _, b := range f.buttons {
		if b.Value == button {
			v.Add(b.Name, b.Value)
			return v, nil
		}
	}
	return nil, fmt.Errorf("page %q with a button %q wanted, got %q", f.page, button, f.text)
}
