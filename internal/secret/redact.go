package secret

import (
	"bytes"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
)

// Mask is the text that stands in place of a secret in headers, addresses, bodies and messages: its length and the start
// of its SHA-256, as in [Redact]. Masking a masked text changes nothing.
func Mask(value string) string {
	if value == "" || isMask(value) {
		return value
	}
	return Redact(value).Mask()
}

const (
	maskOpen  = "‹redacted: "
	maskClose = "›"
)

func isMask(s string) bool {
	_, ok := readMask(s)
	return ok
}

// readMask reads what [Mask] wrote. Nothing else passes for a mask: whoever could smuggle text into one could smuggle a
// secret past every redaction.
func readMask(s string) (Redacted, bool) {
	inside, opened := strings.CutPrefix(s, maskOpen)
	if !opened {
		return Redacted{}, false
	}
	inside, closed := strings.CutSuffix(inside, maskClose)
	length, sum, whole := strings.Cut(inside, " characters, sha256 ")
	n, err := strconv.Atoi(length)
	if !closed || !whole || err != nil || strconv.Itoa(n) != length || len(sum) != 8 || strings.Trim(sum, "0123456789abcdef") != "" {
		return Redacted{}, false
	}
	return Redacted{Redacted: true, Length: n, SHA256: sum}, true
}

// Unmasked gives the length in bytes that a text had before its secrets were masked.
func Unmasked(text string) int {
	length := len(text)
	for mask, r := range masks(text) {
		length += r.Length - len(mask)
	}
	return length
}

// Dotted gives a text with its masks in the form for people, as [Text.String] writes it.
func Dotted(text string) string {
	for mask, r := range masks(text) {
		text = strings.Replace(text, mask, fmt.Sprintf(dotted, r.Length), 1)
	}
	return text
}

// masks goes through the masks in a text.
func masks(text string) iter.Seq2[string, Redacted] {
	return func(yield func(string, Redacted) bool) {
		for {
			i := strings.Index(text, maskOpen)
			if i < 0 {
				return
			}
			text = text[i:]
			end := strings.Index(text, maskClose)
			if end < 0 {
				return
			}
			mask := text[:end+len(maskClose)]
			if r, ok := readMask(mask); ok {
				if !yield(mask, r) {
					return
				}
				text = text[len(mask):]
			} else {
				text = text[len(maskOpen):]
			}
		}
	}
}

// HeaderValue gives a header field's value with its secrets masked. The scheme of Authorization, the names of cookies and
// the attributes of Set-Cookie stay, because they are what people look for.
func HeaderValue(name, value string) string {
	if isMask(value) {
		return value
	}
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization":
		if scheme, credentials, ok := strings.Cut(value, " "); ok {
			return scheme + " " + Mask(credentials)
		}
		return Mask(value)
	case "cookie":
		return maskCookies(value, true)
	case "set-cookie":
		return maskCookies(value, false)
	case "location", "content-location", "refresh", "referer":
		return URL(value)
	}
	if IsHeader(name) {
		return Mask(value)
	}
	return value
}

func maskCookies(value string, all bool) string {
	parts := strings.Split(value, ";")
	for i, p := range parts {
		if i > 0 && !all {
			break
		}
		if name, v, ok := strings.Cut(p, "="); ok {
			parts[i] = name + "=" + Mask(v)
		} else if plain := strings.TrimSpace(p); plain != "" { // a value without a name (RFC 6265bis 5.6)
			parts[i] = strings.Replace(p, plain, Mask(plain), 1)
		}
	}
	return strings.Join(parts, ";")
}

// URL gives an address with the secrets of its query, fragment and user information masked; everything else stays as
// it was written.
func URL(address string) string {
	base, fragment, hasFragment := strings.Cut(address, "#")
	base, query, hasQuery := strings.Cut(base, "?")
	if scheme, rest, ok := strings.Cut(base, "://"); ok {
		authority, path := rest, ""
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			authority, path = rest[:i], rest[i:]
		}
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			user, password, hasPassword := strings.Cut(authority[:at], ":")
			if hasPassword {
				user += ":" + Mask(password)
			}
			base = scheme + "://" + user + authority[at:] + path
		}
	}
	if hasQuery {
		base += "?" + Form(query)
	}
	if hasFragment {
		base += "#" + Form(fragment)
	}
	return base
}

// Address gives an address that a person is to open, with the tokens that it carries masked. All else stays, a value with the name of
// a secret too: without it the address is of no use.
func Address(address string) string {
	base, query, hasQuery := strings.Cut(address, "?")
	if !hasQuery {
		return address
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	address = base + "?" + maskPairs(query, isHint)
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// Form gives an application/x-www-form-urlencoded text with its secrets masked, order and encoding of the rest kept.
func Form(body string) string { return maskPairs(body, IsParam) }

func maskPairs(body string, hidden func(name string) bool) string {
	pairs := strings.Split(body, "&")
	for i, p := range pairs {
		name, value, ok := strings.Cut(p, "=")
		if !ok {
			continue
		}
		plainName, err := url.QueryUnescape(name)
		if err != nil {
			plainName = name
		}
		if !hidden(plainName) {
			continue
		}
		plainValue, err := url.QueryUnescape(value)
		if err != nil {
			plainValue = value
		}
		pairs[i] = name + "=" + Mask(plainValue)
	}
	return strings.Join(pairs, "&")
}

// JSON gives a JSON text with the values of its secret members masked, at any depth. The text need not be whole or valid:
// a body that was cut off, or that has rubbish around it, is masked as far as it goes.
func JSON(body []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(body))
	for i := 0; i < len(body); {
		if body[i] != '"' {
			out.WriteByte(body[i])
			i++
			continue
		}
		end := stringEnd(body, i)
		name := string(bytes.Trim(body[i:end], `"`))
		out.Write(body[i:end])
		i = end
		value := skipColon(body, i)
		if value < 0 || !IsMember(name) {
			continue
		}
		out.Write(body[i:value])
		i = value
		stop := valueEnd(body, i)
		text := string(bytes.Trim(body[i:stop], `"`))
		switch text {
		case "", "null", "true", "false":
			out.Write(body[i:stop])
		default:
			out.WriteString(`"` + Mask(text) + `"`)
		}
		i = stop
	}
	return out.Bytes()
}

// stringEnd gives the offset after the string that begins at i, or the end of the text.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// skipColon gives the offset of the value after ':', or -1 when what follows is no colon and value.
func skipColon(b []byte, i int) int {
	for ; i < len(b) && isBlank(b[i]); i++ {
	}
	if i >= len(b) || b[i] != ':' {
		return -1
	}
	for i++; i < len(b) && isBlank(b[i]); i++ {
	}
	if i >= len(b) {
		return -1
	}
	return i
}

// valueEnd gives the offset after the value that begins at i. Objects and arrays are taken whole, so that nothing inside a
// secret member is seen.
func valueEnd(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch c := b[i]; {
		case c == '"':
			i = stringEnd(b, i)
			if depth == 0 {
				return i
			}
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 {
				return i
			}
			depth--
			if depth == 0 {
				return i + 1
			}
		case depth == 0 && (c == ',' || isBlank(c)):
			return i
		}
		i++
	}
	return len(b)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// Body masks the secrets of a message body by its media type; without one that is known, by what it looks like.
func Body(contentType string, body []byte) []byte {
	media, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	media = strings.TrimSpace(media)
	trimmed := bytes.TrimSpace(body)
	switch {
	case media == "application/x-www-form-urlencoded":
		return []byte(Form(string(body)))
	case strings.HasSuffix(media, "json"), bytes.HasPrefix(trimmed, []byte("{")), bytes.HasPrefix(trimmed, []byte("[")):
		return JSON(body)
	case media == "application/jwt", strings.HasSuffix(media, "+jwt"):
		return []byte(Mask(string(body)))
	case bytes.IndexByte(body, '=') > 0 && bytes.IndexByte(body, '<') < 0 && bytes.IndexByte(trimmed, '\n') < 0:
		return []byte(Form(string(body)))
	}
	return body
}
