// Package qrcode draws QR codes for terminals: two modules in a character, by half blocks. What colours they have is up to those who
// print them; [Lines] gives the ink.
package qrcode

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quietZone is the width of the light border in modules that ISO/IEC 18004 asks for; tightZone is what phones still read
// when the colours of the border are ours.
const (
	quietZone = 4
	tightZone = 2
)

// Lines draws text as a QR code of at most width columns and height rows, two modules in a row by half blocks. The ink of
// the returned lines is the dark modules: print them dark on light. On a terminal without colours and with a dark
// background set inverted, so that the ink is the light modules. The error says how much space is missing.
func Lines(text string, width, height int, inverted bool) ([]string, error) {
	code, level := (*qr.Code)(nil), qr.M
	for _, level = range []qr.Level{qr.M, qr.L} {
		c, err := qr.Encode(text, level)
		if err != nil {
			return nil, fmt.Errorf("QR code: %w", err)
		}
		if code = c; rowsOf(c.Size, quietZone) <= height && c.Size+2*quietZone <= width {
			break
		}
	}
	zone := quietZone
	if rowsOf(code.Size, zone) > height || code.Size+2*zone > width {
		zone = tightZone
	}
	if rows, cols := rowsOf(code.Size, zone), code.Size+2*zone; rows > height || cols > width {
		return nil, fmt.Errorf("the QR code needs %d columns and %d rows, there are %d and %d", cols, rows, max(width, 0), max(height, 0))
	}
	return draw(code, zone, inverted), nil
}

func rowsOf(size, zone int) int { return (size + 2*zone + 1) / 2 }

// draw relies on Code.Black answering false outside of the code, which is the quiet zone.
func draw(code *qr.Code, zone int, inverted bool) []string {
	side := code.Size + 2*zone
	lines := make([]string, 0, rowsOf(code.Size, zone))
	for y := 0; y < side; y += 2 {
		var b strings.Builder
		for x := range side {
			top := code.Black(x-zone, y-zone) != inverted
			bottom := code.Black(x-zone, y+1-zone) != inverted
			b.WriteString(Half(top, bottom))
		}
		lines = append(lines, b.String())
	}
	return lines
}

// Half is the character for two modules, one over the other: true is ink.
func Half(top, bottom bool) string {
	switch {
	case top && bottom:
		return "█"
	case top:
		return "▀"
	case bottom:
		return "▄"
	default:
		return " "
	}
}
