package inspect

import "strings"

// sextets maps a character to its six bits; 0xff is no character of base64url. A string, so that it costs no start-up time.
const sextets = "" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x3e\xff\xff" +
	"\x34\x35\x36\x37\x38\x39\x3a\x3b\x3c\x3d\xff\xff\xff\xff\xff\xff" +
	"\xff\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e" +
	"\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\xff\xff\xff\xff\x3f" +
	"\xff\x1a\x1b\x1c\x1d\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27\x28" +
	"\x29\x2a\x2b\x2c\x2d\x2e\x2f\x30\x31\x32\x33\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

// decodeBase64 decodes unpadded base64url (RFC 7515 2) into dst, which must have room for len(text)*3/4 bytes. It
// returns what could be read before the first fault. encoding/base64 is not used because it skips line breaks and gives no
// readable prefix.
func decodeBase64(dst []byte, text string) (n int, f *Fault) {
	i := 0
	for ; i+4 <= len(text); i += 4 {
		a, b, c, d := sextets[text[i]], sextets[text[i+1]], sextets[text[i+2]], sextets[text[i+3]]
		if a|b|c|d == 0xff {
			break
		}
		dst[n] = a<<2 | b>>4
		dst[n+1] = b<<4 | c>>2
		dst[n+2] = c<<6 | d
		n += 3
	}
	return decodeTail(dst, n, text, i)
}

// decodeTail reads the last group, or the group with the first bad character, one character at a time.
func decodeTail(dst []byte, n int, text string, i int) (int, *Fault) {
	var bits uint32
	have, used := 0, 0
	for ; i < len(text); i++ {
		six := sextets[text[i]]
		if six == 0xff {
			return n, alphabetFault(text, i)
		}
		bits = bits<<6 | uint32(six)
		if have += 6; have >= 8 {
			have -= 8
			dst[n] = byte(bits >> have)
			n++
		}
		used++
	}
	switch {
	case used%4 == 1:
		f := fault(FaultLength, len(text), "%d characters are no base64url: one is missing or too many at the end", len(text))
		return n, &f
	case bits&(1<<have-1) != 0:
		f := fault(FaultNonCanonical, len(text)-1, "unused bits of the last character %s are set", quoteByte(text[len(text)-1]))
		return n, &f
	}
	return n, nil
}

func alphabetFault(text string, i int) *Fault {
	if strings.Trim(text[i:], "=") == "" {
		f := fault(FaultPadding, i, "padding (=) is forbidden in base64url of JOSE")
		f.Byte = '='
		return &f
	}
	hint := ""
	if text[i] == '+' || text[i] == '/' {
		hint = ": ordinary base64 was used"
	}
	f := fault(FaultAlphabet, i, "wanted a character of base64url, got %s%s", quoteByte(text[i]), hint)
	f.Byte = text[i]
	return &f
}

// repairBase64 is the tolerant second reading: the ordinary alphabet is mapped, everything else that is no base64 is
// skipped. What it returns is for looking at, never for verifying.
func repairBase64(text string) []byte {
	clean := make([]byte, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; {
		case c == '+':
			clean = append(clean, '-')
		case c == '/':
			clean = append(clean, '_')
		case sextets[c] != 0xff:
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	out := make([]byte, len(clean)*3/4)
	n, _ := decodeBase64(out, string(clean))
	return out[:n]
}
