package plain

import (
	"strings"

	"rsc.io/qr"
)

// QR prints an address as a QR code of half blocks, dark on light as readers want it. One that does not fit the width is left out:
// a cut code can't be read.
func (p *Printer) QR(address string) {
	code, err := qr.Encode(address, qr.L)
	const quiet = 2 // modules of margin
	if err != nil || code.Size+2*quiet > p.width {
		return
	}
	for y := -quiet; y < code.Size+quiet; y += 2 {
		var row strings.Builder
		for x := -quiet; x < code.Size+quiet; x++ {
			row.WriteString(half(code.Black(x, y), code.Black(x, y+1)))
		}
		p.line("  \x1b[30;107m" + row.String() + "\x1b[0m")
	}
}

// half gives the character for two modules, one over the other.
func half(top, bottom bool) string {
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
