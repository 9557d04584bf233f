package har

import (
	"bytes"
	"io"
)

// scanner goes through JSON without holding it: values are passed over, or collected up to a bound. encoding/json would take any
// single value of a file into memory first, and archives have values of any length.
//
// It only matches quotes and brackets; what it has collected still has to be parsed. So a fault inside one entry costs that entry,
// and not those behind it.
type scanner struct {
	in  io.Reader
	buf [64 << 10]byte
	at  int   // of what is next, in buf
	end int   // of what was read into buf
	off int64 // of buf in the file
	err error
}

// offset is how much of the file was gone through, in bytes.
func (s *scanner) offset() int64 { return s.off + int64(s.at) }

// fill sees to it that there is a byte to read.
func (s *scanner) fill() bool {
	for s.at == s.end && s.err == nil {
		s.off += int64(s.end)
		s.at, s.end = 0, 0
		s.end, s.err = s.in.Read(s.buf[:])
	}
	return s.at < s.end
}

// peek passes over white space and gives the byte that comes then; 0 at the end.
func (s *scanner) peek() byte {
	for s.fill() {
		switch c := s.buf[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// take takes the byte that comes next, if it is this one.
func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

// What is collected of a value is bounded by these, and what is held of it by [collected] itself.
const (
	maxDepth = 100     // of brackets; no entry has ten
	maxValue = 8 << 20 // bytes of an entry without its long texts
)

// collected is a JSON value as far as it was wanted.
type collected struct {
	data  []byte
	over  bool // it was longer or deeper than what is collected: data is nothing
	whole bool // the value came to its end

	open []byte // closing brackets of what is open, the innermost last
	safe int    // data up to here is well-formed with closed behind it
	last int    // how many brackets were open there
}

// value collects the value that comes next, into the memory of data. A text of more than maxText bytes becomes null.
func (s *scanner) value(data []byte) collected {
	c := collected{data: data[:0]}
	if s.peek() == 0 {
		return c
	}
	depth := 0
	for s.fill() {
		switch b := s.buf[s.at]; b {
		case '"':
			if !s.text(&c) {
				return c
			}
		case '{', '[':
			s.at++
			depth++
			c.push(b)
		case '}', ']':
			if depth == 0 {
				c.whole = true
				return c // of what the value stands in
			}
			s.at++
			depth--
			c.pop(b, depth)
		case ',':
			if depth == 0 {
				c.whole = true
				return c
			}
			c.mark(depth)
			s.at++
			c.byte(',')
		case ' ', '\t', '\n', '\r':
			s.at++
			if depth == 0 && len(c.data) > 0 {
				c.whole = true
				return c
			}
		default:
			s.at++
			c.byte(b)
			continue
		}
		if depth == 0 {
			c.whole = true
			return c
		}
	}
	c.whole = depth == 0 // a number at the end of the file
	return c
}

// skip passes over the value that comes next, and reports whether it came to its end.
func (s *scanner) skip() bool {
	c := s.value(nil)
	return c.whole
}

// text collects a text, and reports whether it came to its end.
func (s *scanner) text(c *collected) bool {
	start, length := len(c.data), 0
	grow := func(part ...byte) {
		if length += len(part); length <= maxText {
			c.add(part...)
		} else if !c.over {
			c.data = append(c.data[:start], "null"...)
		}
	}
	s.at++
	c.add('"')
	for s.fill() {
		rest := s.buf[s.at:s.end]
		n := bytes.IndexAny(rest, `"\`)
		if n < 0 {
			n = len(rest)
		}
		grow(rest[:n]...)
		if s.at += n; n == len(rest) {
			continue
		}
		s.at++
		if rest[n] == '"' {
			if length <= maxText {
				c.add('"')
			}
			return true
		}
		if !s.fill() {
			return false
		}
		grow('\\', s.buf[s.at])
		s.at++
	}
	return false
}

func (c *collected) add(b ...byte) {
	if c.over {
		return
	}
	if len(c.data)+len(b) > maxValue {
		c.data, c.over = c.data[:0], true
		return
	}
	c.data = append(c.data, b...)
}

func (c *collected) byte(b byte) {
	if c.over || len(c.data) == maxValue {
		c.add(b)
		return
	}
	c.data = append(c.data, b)
}

func (c *collected) push(b byte) {
	c.add(b)
	if len(c.open) == maxDepth {
		c.over = true
	}
	if !c.over {
		c.open = append(c.open, b+2) // '}' and ']' stand two behind '{' and '['
	}
}

func (c *collected) pop(b byte, depth int) {
	c.add(b)
	if depth < len(c.open) {
		c.open = c.open[:depth]
	}
	c.mark(depth)
}

func (c *collected) mark(depth int) { c.safe, c.last = len(c.data), min(depth, len(c.open)) }

// closed gives what there is of a value that does not come to its end, without the part that was cut, as a value of its own.
func (c *collected) closed() []byte {
	if c.over || c.safe == 0 {
		return nil
	}
	data := c.data[:c.safe]
	for i := c.last - 1; i >= 0; i-- {
		data = append(data, c.open[i])
	}
	return data
}
