package har

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Body gives the body of an answer as bytes, and whether the archive has it: browsers leave out what they no longer had.
func (c Content) Body() (data []byte, there bool) {
	if c.Text == nil {
		return nil, false
	}
	return decoded(string(*c.Text), string(c.Encoding)), true
}

// SetBody keeps a body as text, or in base64 when it is none.
func (c *Content) SetBody(data []byte) {
	text := Text(data)
	if c.Size = Number(len(data)); !utf8.Valid(data) {
		text, c.Encoding = Text(base64.StdEncoding.EncodeToString(data)), "base64"
	}
	c.Text = &text
}

func decoded(text, encoding string) []byte {
	if !strings.EqualFold(encoding, "base64") {
		return []byte(text)
	}
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == ' ' || r == '=' {
			return -1
		}
		return r
	}, text)
	data, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		data, err = base64.RawURLEncoding.DecodeString(text)
	}
	if err != nil {
		return []byte(text) // some write the text itself, and say it were base64
	}
	return data
}

// Body gives the body of a request as bytes. Of a form there may be only the parameters; browsers differ in whether these
// are percent-encoded, Chrome's are.
func (p *PostData) Body() []byte {
	if p == nil {
		return nil
	}
	if p.Text != "" || len(p.Params) == 0 {
		return decoded(string(p.Text), string(p.Encoding))
	}
	encoded := true
	for _, v := range p.Params {
		if strings.ContainsAny(string(v.Name+v.Value), " &=#/:") || !unescapes(string(v.Value)) {
			encoded = false
		}
	}
	var pairs []string
	for _, v := range p.Params {
		name, value := string(v.Name), string(v.Value)
		if !encoded {
			name, value = url.QueryEscape(name), url.QueryEscape(value)
		}
		pairs = append(pairs, name+"="+value)
	}
	return []byte(strings.Join(pairs, "&"))
}

func unescapes(s string) bool {
	_, err := url.QueryUnescape(s)
	return err == nil
}
