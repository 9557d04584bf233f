package record

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
)

// countLimit is how many bytes beyond [BodyLimit] are read only to be counted.
const countLimit = 64 << 20

// errBodyBound ends a body that was longer than what is kept.
var errBodyBound = errors.New("the body is longer than 1 MiB; the rest was not kept")

// readBody keeps the first [BodyLimit] bytes and counts the rest, up to a bound of its own. The error is that of the
// connection: what came before it is kept.
func readBody(r io.Reader) (Body, error) {
	data, err := io.ReadAll(io.LimitReader(r, BodyLimit))
	b := Body{Data: data, Size: int64(len(data))}
	if err != nil || len(data) < BodyLimit {
		return b, err
	}
	rest, err := io.CopyN(io.Discard, r, countLimit)
	b.Size += rest
	b.Truncated = rest > 0
	b.Uncounted = rest == countLimit
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b, err
}

// Keep makes the record of a body that is at hand whole.
func Keep(data []byte) Body {
	b := Body{Data: data, Size: int64(len(data))}
	if len(data) > BodyLimit {
		b.Data, b.Truncated = data[:BodyLimit], true
	}
	return b
}

// reader gives the kept bytes to the caller, and an error where they were cut.
func reader(b Body) io.ReadCloser {
	var r io.Reader = bytes.NewReader(b.Data)
	if b.Truncated {
		r = io.MultiReader(r, failingReader{errBodyBound})
	}
	return io.NopCloser(r)
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// uncompress opens a body that a server compressed although nobody asked for it (RFC 9110 8.4.1.3): what counts is what it says.
// The bound holds for what comes out as well. What does not open stays as it came.
func uncompress(b Body, encoding string) Body {
	if b.Truncated || !strings.EqualFold(encoding, "gzip") && !strings.EqualFold(encoding, "x-gzip") {
		return b
	}
	z, err := gzip.NewReader(bytes.NewReader(b.Data))
	if err != nil {
		return b
	}
	plain, err := readBody(io.LimitReader(z, BodyLimit+1))
	if err != nil {
		return b
	}
	plain.Uncompressed = "gzip"
	return plain
}
