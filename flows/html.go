package flows

import (
	"bytes"
	"html"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
)

// maxPage is how much of an HTML page is read for its title and text, in bytes.
const maxPage = 256 << 10

// looksLikeHTML goes by the content type, and by the beginning of the body when that says something else: many servers
// send a page as JSON or without a type.
func looksLikeHTML(r *record.Response) bool {
	if strings.HasPrefix(strings.ToLower(record.Get(r.Headers, "Content-Type")), "text/html") {
		return true
	}
	begin := asciiLower(bytes.TrimSpace(r.Body.Data[:min(len(r.Body.Data), 512)]))
	return bytes.HasPrefix(begin, []byte("<!doctype html")) || bytes.HasPrefix(begin, []byte("<html"))
}

// htmlTitle gives the title of a page in one line, or "".
func htmlTitle(page []byte) string {
	page = page[:min(len(page), maxPage)]
	lower := asciiLower(page)
	start := bytes.Index(lower, []byte("<title"))
	if start < 0 {
		return ""
	}
	open := bytes.IndexByte(lower[start:], '>')
	if open < 0 {
		return ""
	}
	start += open + 1
	end := bytes.Index(lower[start:], []byte("</title"))
	if end < 0 {
		return ""
	}
	return excerpt([]byte(html.UnescapeString(string(page[start:start+end]))), 120)
}

// htmlText gives the text of a page that a person sees, in one line, bounded.
func htmlText(page []byte) string {
	page = page[:min(len(page), maxPage)]
	lower := asciiLower(page)
	var text strings.Builder
	for i := 0; i < len(page); {
		open := bytes.IndexByte(page[i:], '<')
		if open < 0 {
			text.Write(page[i:])
			break
		}
		text.Write(page[i : i+open])
		text.WriteByte(' ')
		i = afterTag(lower, i+open)
	}
	return plainText([]byte(html.UnescapeString(text.String())))
}

// afterTag gives the offset after the tag that begins at i; for elements whose content is no text to read, the offset
// after their end.
func afterTag(lower []byte, i int) int {
	rest := lower[i:]
	for _, hidden := range []string{"script", "style", "head", "svg"} {
		name := "<" + hidden
		if bytes.HasPrefix(rest, []byte(name)) && len(rest) > len(name) && !isLetter(rune(rest[len(name)])) {
			return afterText(lower, afterText(lower, i, "</"+hidden), ">")
		}
	}
	if bytes.HasPrefix(rest, []byte("<!--")) {
		return afterText(lower, i, "-->")
	}
	return afterText(lower, i, ">")
}

// afterText gives the offset after the next occurrence of a text, or the end.
func afterText(data []byte, i int, text string) int {
	at := bytes.Index(data[i:], []byte(text))
	if at < 0 {
		return len(data)
	}
	return i + at + len(text)
}

// asciiLower lowers A to Z only, so that offsets stay those of the original, which bytes.ToLower does not promise.
func asciiLower(data []byte) []byte {
	lower := bytes.Clone(data)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return lower
}
