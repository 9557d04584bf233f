package inspect

import "strings"

// plain goes over a text that is not JSON.
func (f *finder) plain() {
	for i := 0; i < len(f.text) && f.count < MaxFound; {
		if !tokenByte(f.text[i]) {
			i++
			if c := f.text[i-1]; c == '\n' || c == '\r' {
				f.line = i
			}
			continue
		}
		end := i
		for end < len(f.text) && tokenByte(f.text[end]) {
			end++
		}
		if i > 0 && f.text[i-1] == '%' && end-i > 2 {
			i += 2 // the digits of an escape such as %20
		}
		if lines := f.wrapped(i, end); lines != nil {
			name, words := f.named(i)
			last := lines[len(lines)-1]
			f.count++
			f.emit(span{i, last.end, name, words, lines})
			i = last.end
			continue
		}
		f.run(i, end)
		i = end
	}
}

func tokenByte(c byte) bool { return sextets[c] != 0xff || c == '.' || c == '~' }

// run looks for tokens in a run of token characters. A run without any is a token all the same when its name says so.
func (f *finder) run(start, end int) {
	run := f.text[start:end]
	took := false
	for at := 0; at < len(run) && f.count < MaxFound; {
		if n := tokenEnd(run, at); n > at {
			name, words := f.named(start + at)
			f.take(start+at, start+n, name, words)
			took = true
			at = n
			continue
		}
		next := strings.IndexByte(run[at:], '.')
		if next < 0 {
			break
		}
		at += next + 1
	}
	if took {
		return
	}
	f.opaque(start, end)
}

// opaque takes a run that its name or its prefix shows to be a token. In prose the name alone is not enough.
func (f *finder) opaque(start, end int) {
	name, words := f.named(start)
	prefix, _ := KnownPrefix(f.text[start:end])
	if name != "authorization" && !isNamedToken(name) && len(prefix) < 4 {
		return
	}
	for end < len(f.text) && (tokenByte(f.text[end]) || f.text[end] == '+' || f.text[end] == '/') {
		end++ // the rest of the b64token of RFC 6750 2.1
	}
	for end < len(f.text) && f.text[end] == '=' {
		end++
	}
	text := strings.TrimRight(f.text[start:end], ".")
	var sure bool
	switch {
	case len(prefix) >= 4: // shorter ones occur by chance
		sure = len(text) >= 16
	case name == "authorization":
		sure = looksRandom(text) || f.lineSays("authorization")
	case name == "token" || name == "assertion":
		sure = looksRandom(text)
	case isNamedToken(name):
		sure = len(text) >= 4
	}
	if sure {
		f.take(start, start+len(text), name, words)
	}
}

// looksRandom tells a token from a word: long, and of more than one kind of character.
func looksRandom(s string) bool {
	return len(s) >= 16 && (strings.ContainsAny(s, "0123456789") || s != strings.ToLower(s) && s != strings.ToUpper(s))
}

// tokenEnd gives the end of the structured token that begins at a place of a run, or 0.
func tokenEnd(run string, at int) int {
	rest := run[at:]
	if isPASETO(rest) {
		return at + len(strings.TrimRight(rest, ".~"))
	}
	dot := strings.IndexByte(rest, '.')
	if dot < 8 || rest[0] != 'e' || rest[1] != 'y' && rest[1] != 'w' { // {" and { with a blank or line break behind it
		return 0
	}
	room := make([]byte, dot*3/4)
	n, flaw := decodeBase64(room, rest[:dot])
	if flaw != nil && !flaw.Code.Peculiar() {
		return 0
	}
	header := ScanJSON(string(room[:n]))
	if !header.Complete || header.Root.Get("alg") == nil && header.Root.Get("enc") == nil {
		return 0
	}
	parts := 3
	if header.Root.Get("enc") != nil {
		parts = 5
	}
	end := dot
	for i := 1; i < parts; i++ {
		if end >= len(rest) || rest[end] != '.' {
			return 0 // not all of it is here
		}
		for end++; end < len(rest) && sextets[rest[end]] != 0xff; end++ {
		}
	}
	if end < len(rest) && rest[end] == '~' { // disclosures, and perhaps a key binding token
		end = len(strings.TrimRight(rest, "."))
	}
	return at + end
}
