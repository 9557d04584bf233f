package har

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// An archive comes in more forms than one: Playwright packs it into a zip file together with the bodies, or puts the bodies beside it; people
// compress it to send it; and some programs of Windows write UTF-16.

// Looks reports whether a file that begins so may be an archive.
func Looks(head []byte) bool {
	return bytes.HasPrefix(head, []byte(zipMagic)) || bytes.HasPrefix(head, []byte(gzipMagic)) ||
		bytes.Contains(bytes.ReplaceAll(head, []byte{0}, nil), []byte(`"log"`))
}

// How files begin (APPNOTE 4.3.7, RFC 1952 2.3.1).
const (
	zipMagic  = "PK\x03\x04"
	gzipMagic = "\x1f\x8b"
)

// maxZip is how many bytes of a zip file are held that can't be read in place.
const maxZip = 256 << 20

// counter bounds a reader, and keeps its error apart from the faults of what it reads.
type counter struct {
	in  io.Reader
	err error
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		c.err = err
	}
	return n, err
}

// unpack gives the text of an archive as UTF-8, bounded, and where the files are that it names.
func unpack(r io.Reader, files fs.FS, count *counter) (io.Reader, fs.FS, error) {
	count.in = r
	in := bufio.NewReader(count)
	head, _ := in.Peek(4) // an error comes again
	switch {
	case bytes.HasPrefix(head, []byte(zipMagic)):
		packed, err := openZip(r, in)
		if err != nil {
			return nil, nil, err
		}
		text, err := archiveIn(packed)
		if err != nil {
			return nil, nil, err
		}
		return plain(bufio.NewReader(text)), packed, nil
	case bytes.HasPrefix(head, []byte(gzipMagic)):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, fmt.Errorf("%w; it is no whole gzip file: %w", ErrNone, err)
		}
		return plain(bufio.NewReader(z)), files, nil
	}
	return plain(in), files, nil
}

func openZip(r io.Reader, in io.Reader) (*zip.Reader, error) {
	var at io.ReaderAt
	var size int64
	if file, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	}); ok {
		end, err := file.Seek(0, io.SeekEnd)
		if err == nil {
			at, size = file, end
		}
	}
	if at == nil {
		data, err := io.ReadAll(io.LimitReader(in, maxZip+1))
		if err != nil {
			return nil, fmt.Errorf("read the archive: %w", err)
		}
		if len(data) > maxZip {
			return nil, fmt.Errorf("want a zip file of at most %d MiB here: name it as a file, or unpack it", maxZip>>20)
		}
		at, size = bytes.NewReader(data), int64(len(data))
	}
	packed, err := zip.NewReader(at, size)
	if err != nil {
		return nil, fmt.Errorf("%w; it is no whole zip file: %w", ErrNone, err)
	}
	return packed, nil
}

// archiveIn finds the archive in a zip file.
func archiveIn(packed *zip.Reader) (io.Reader, error) {
	for _, f := range packed.File {
		if strings.HasSuffix(strings.ToLower(f.Name), ".har") {
			return f.Open()
		}
	}
	return nil, fmt.Errorf("%w; there is no file .har in the zip file", ErrNone)
}

// plain gives text in UTF-8 without a byte order mark, at most MaxFile bytes of it.
func plain(in *bufio.Reader) io.Reader {
	head, _ := in.Peek(3)
	var text io.Reader = in
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = in.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		_, _ = in.Discard(2)
		text = &wide{in: in, order: binary.LittleEndian}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		_, _ = in.Discard(2)
		text = &wide{in: in, order: binary.BigEndian}
	case bytes.HasPrefix(head, []byte("{\x00")):
		text = &wide{in: in, order: binary.LittleEndian}
	case bytes.HasPrefix(head, []byte("\x00{")):
		text = &wide{in: in, order: binary.BigEndian}
	}
	return io.LimitReader(text, MaxFile)
}

// wide reads UTF-16 as UTF-8.
type wide struct {
	in    io.Reader
	order binary.ByteOrder
	high  rune // the first half of a pair
	left  []byte
}

func (w *wide) Read(b []byte) (int, error) {
	for len(w.left) == 0 {
		var unit [2]byte
		if _, err := io.ReadFull(w.in, unit[:]); err != nil {
			return 0, err
		}
		r := rune(w.order.Uint16(unit[:]))
		switch {
		case w.high != 0:
			r, w.high = utf16.DecodeRune(w.high, r), 0
		case utf16.IsSurrogate(r):
			w.high = r
			continue
		}
		w.left = utf8.AppendRune(w.left[:0], r)
	}
	n := copy(b, w.left)
	w.left = w.left[n:]
	return n, nil
}

// attach fetches the bodies of an entry that stand in files of their own. The archive comes from anywhere, so a name may only be one
// that Playwright makes: the SHA-1 of the body. Nobody's files are read for it.
func (p *parser) attach(e *Entry) {
	if e.Response.Content.Text == nil {
		if data, ok := p.file(e.Response.Content.File); ok {
			e.Response.Content.SetBody(data)
			p.kept += len(data)
		}
	}
	if post := e.Request.PostData; post != nil && post.Text == "" && len(post.Params) == 0 {
		if data, ok := p.file(post.File); ok {
			post.Text = Text(data)
			p.kept += len(data)
		}
	}
}

func (p *parser) file(name Text) ([]byte, bool) {
	sum, _, _ := strings.Cut(string(name), ".")
	if p.Files == nil || len(sum) != 40 || strings.Trim(sum, "0123456789abcdef") != "" || strings.ContainsAny(string(name), `/\`) {
		return nil, false
	}
	f, err := p.Files.Open(string(name))
	if err != nil {
		return nil, false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxText+1))
	return data, err == nil && len(data) <= maxText
}
