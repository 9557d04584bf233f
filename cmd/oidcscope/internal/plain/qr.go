package plain

import "github.com/oidcscope/oidcscope/internal/qrcode"

// QR prints an address as a QR code, dark on light as readers want it. One that does not fit the width is left out: a cut code
// can't be read.
func (p *Printer) QR(address string) {
	const tallest = 60 // lines: a screen, not a page
	lines, err := qrcode.Lines(address, p.width, tallest, false)
	if err != nil {
		return
	}
	for _, l := range lines {
		p.line("  \x1b[30;107m" + l + "\x1b[0m")
	}
}
