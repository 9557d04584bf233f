package diagnose

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
)

// pairs reads what logs write: error=invalid_grant error_description="…", error: invalid_grant, and the quoted pair of
// x/oauth2, "invalid_grant" "the words".
func (r *reader) pairs() (*flows.OAuthError, error) {
	if strings.HasPrefix(r.text, "<") {
		return nil, nil
	}
	code := pairValue(r.text, "error")
	if code == "" || strings.ContainsAny(code, " /:") {
		_, rest, found := strings.Cut(r.text, `oauth2: "`)
		if !found {
			return nil, nil
		}
		code, rest, _ = strings.Cut(rest, `"`)
		description := strings.Trim(strings.TrimSpace(rest), `"`)
		return flows.NormaliseQuery(url.Values{"error": {code}, "error_description": {description}}), nil
	}
	if !strings.Contains(code, "_") {
		return nil, nil
	}
	e := flows.NormaliseQuery(url.Values{"error": {code}, "error_description": {orElse(pairValue(r.text, "error_description"), r.text)},
		"error_hint": {pairValue(r.text, "error_hint")}, "error_uri": {pairValue(r.text, "error_uri")}})
	e.Shape = "text"
	return e, nil
}

// pairValue gives the value of name=value, name: value or name="a value" in a text, or "".
func pairValue(text, name string) string {
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return ""
		}
		start := at + i
		at = start + len(name)
		if start > 0 && isNameByte(text[start-1]) || at < len(text) && isNameByte(text[at]) {
			continue
		}
		rest := strings.TrimLeft(text[at:], `"'\ `)
		if rest == "" || rest[0] != '=' && rest[0] != ':' {
			continue
		}
		rest = strings.TrimLeft(rest[1:], ` \`)
		if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
			value, _, _ := strings.Cut(rest[1:], rest[:1])
			return strings.TrimRight(value, `\`)
		}
		end := unquotedEnd(rest, name)
		if value, err := url.QueryUnescape(rest[:end]); err == nil {
			return value
		}
		return rest[:end]
	}
}

// unquotedEnd is where a value without quotes ends. Descriptions are sentences: they go on to the end of the line, or to the
// next member.
func unquotedEnd(rest, name string) int {
	if name != "error_description" {
		if end := strings.IndexAny(rest, " ,;&\"'\n}"); end >= 0 {
			return end
		}
		return len(rest)
	}
	end := len(rest)
	for _, stop := range []string{"\n", " error_", ", error", "&", " state=", " trace_id"} {
		if i := strings.Index(rest[:end], stop); i >= 0 {
			end = i
		}
	}
	return end
}

func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// statusIn finds an HTTP status in a text: after HTTP or status, or before its own reason.
func statusIn(text string) int {
	lower := asciiLower(text[:min(len(text), 16<<10)])
	for _, mark := range []string{"http/1.1 ", "http/1.0 ", "http/2 ", "http/2.0 ", "http/3 ", "http ", "status code ", "status code: ", "status=", "status: ", "status\":", "statuscode\":", "status ", "statuscode=", "statuscode: ", "error "} {
		for at := 0; ; {
			i := strings.Index(lower[at:], mark)
			if i < 0 {
				break
			}
			at += i + len(mark)
			if code := leadingStatus(lower[at:]); code >= 300 {
				return code
			}
		}
	}
	for _, code := range []int{400, 401, 403, 404, 405, 407, 415, 428, 429, 500, 502, 503, 504, 511} {
		if strings.Contains(lower, strconv.Itoa(code)+" "+asciiLower(http.StatusText(code))) {
			return code
		}
	}
	return 0
}

func leadingStatus(s string) int {
	if len(s) < 3 || len(s) > 3 && '0' <= s[3] && s[3] <= '9' {
		return 0
	}
	code, err := strconv.Atoi(s[:3])
	if err != nil || code < 100 || code > 599 {
		return 0
	}
	return code
}
