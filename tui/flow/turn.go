package flow

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/qrcode"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// turnPanes say what the person has to do elsewhere, and give everything that takes.
func (s *Screen) turnPanes() []widget.Pane {
	switch s.run.need.Kind {
	case flows.NeedDevice:
		return s.devicePanes()
	case flows.NeedElsewhere:
		return s.elsewherePanes()
	}
	return s.browserPanes()
}

// elsewherePanes say that the provider asks the person by itself (CIBA); nothing is to be opened.
func (s *Screen) elsewherePanes() []widget.Pane {
	p := s.text("The provider is asking you on a device of yours. Look there, compare the binding message if there is one, and agree.")
	p.ID = "elsewhere"
	p.Rows = append(p.Rows, lines(""))
	p.Rows = append(p.Rows, s.leftRows()...)
	p.Rows = append(p.Rows, s.dim(s.polling())...)
	return []widget.Pane{p}
}

// address is what has to be opened.
func (s *Screen) address() string {
	n := s.run.need
	if n == nil {
		return ""
	}
	for _, u := range []string{n.VerificationURIComplete, n.VerificationURI, n.URL} {
		if u != "" {
			return u
		}
	}
	return ""
}

func (s *Screen) browserPanes() []widget.Pane {
	n := s.run.need
	first := s.text("Log in with a browser at this address. oidcscope goes on by itself as soon as the provider sends you back.")
	if s.tight() {
		first = s.text("Log in with a browser at this address:")
	} else {
		first.Rows = append(first.Rows, lines(""))
	}
	first.ID = "turn"
	first.Rows = append(first.Rows, s.urlRow("turn.url", "address", s.address()), lines(""))
	first.Rows = append(first.Rows, s.browserRows()...)
	first.Rows = append(first.Rows, s.leftRows()...)
	panes := []widget.Pane{first}
	help := widget.Pane{ID: "help", Title: "If that browser is elsewhere", Hue: s.c.Theme.Text}
	if f := s.forward(); f != "" {
		help.Rows = append(help.Rows, s.paragraph("This is an SSH session. Forward the port from the machine with the browser, then open the address there:")...)
		help.Rows = append(help.Rows, s.value("turn.ssh", row{name: "ssh command", value: f}, s.c.Theme.Accent.Render(safe.Text(f))), lines(""))
	}
	text := "The provider sends you back to " + safe.Text(n.RedirectURI) + ", which only this machine can reach. If the last page does not load, copy its address and press p."
	if n.Kind == flows.NeedPaste {
		text = "Nothing listens on " + safe.Text(n.RedirectURI) + ": the last page will not load. Copy its address and press p."
	}
	help.Rows = append(help.Rows, s.paragraph(text)...)
	return append(panes, help)
}

// browserRows say why the browser could not be opened; nothing when it could, or was not tried.
func (s *Screen) browserRows() []widget.Row {
	if s.run.browser == nil {
		return nil
	}
	var rows []widget.Row
	for i, line := range ui.Wrap(safe.Text(s.run.browser.Error()), min(s.inner()-2, measure)) {
		mark := "  "
		if i == 0 {
			mark = "! "
		}
		rows = append(rows, lines(s.c.Theme.Care.Render(mark+line)))
	}
	return append(rows, lines(""))
}

// tight reports whether the details are so low that explanations give way to what is explained.
func (s *Screen) tight() bool { return s.areas.body.H < 14 }

// urlRow is an address, wrapped, that can be copied.
func (s *Screen) urlRow(id, name, address string) widget.Row {
	var text []string
	for _, piece := range widget.Chop(safe.Text(address), s.inner()) {
		text = append(text, s.c.Theme.Accent.Render(piece))
	}
	return s.value(id, row{name: name, value: address}, text...)
}

// deadline is until when the person has time; zero when nobody said.
func (s *Screen) deadline() time.Time { return s.run.need.ExpiresAt }

func (s *Screen) timeLeft(now time.Time) string {
	if s.deadline().IsZero() {
		return ui.Clock(now.Sub(s.run.needAt))
	}
	return ui.Clock(max(s.deadline().Sub(now), 0)) + " left"
}

// leftRows draw the time that is left, as words and as a bar.
func (s *Screen) leftRows() []widget.Row {
	if s.deadline().IsZero() {
		return nil
	}
	now := s.c.Now()
	c := widget.Countdown{From: s.run.needAt, Until: s.deadline()}
	style, word := s.c.Theme.Good, "left"
	switch c.Phase(now) {
	case widget.Ending:
		style, word = s.c.Theme.Care, "left, hurry"
	case widget.Expired:
		style, word = s.c.Theme.Bad, "expired"
	}
	left, gone := c.Bar(now, min(s.inner()-16, 40))
	return []widget.Row{lines(style.Render(left) + s.c.Theme.Faint.Render(gone) + "  " + style.Render(ui.Clock(max(s.deadline().Sub(now), 0))) + " " + s.c.Theme.Dim.Render(word))}
}

// devicePanes show the user code as large as it fits, where to type it, and how the polling goes.
func (s *Screen) devicePanes() []widget.Pane {
	n, t := s.run.need, s.c.Theme
	head := s.text("On your phone or any other device, open this address and type the code:")
	head.ID = "device"
	head.Rows = append(head.Rows, lines(""), s.urlRow("device.url", "address", n.VerificationURI), lines(""))
	if s.tight() {
		head.Rows = []widget.Row{s.urlRow("device.url", "address", n.VerificationURI), lines("")}
	}
	head.Rows = append(head.Rows, s.browserRows()...)
	var code []string
	for _, line := range widget.BigText(safe.Text(n.UserCode), s.inner(), max(s.areas.body.H/3, 4)) {
		code = append(code, t.Strong.Render(line))
	}
	plain := t.Strong.Render(safe.Text(n.UserCode))
	switch {
	case code == nil:
		code = []string{plain}
	case !s.tight():
		code = append(code, "", plain)
	}
	head.Rows = append(head.Rows, s.value("device.code", row{name: "user code", value: n.UserCode}, code...), lines(""))
	head.Rows = append(head.Rows, s.leftRows()...)
	head.Rows = append(head.Rows, s.dim(s.polling())...)
	if s.run.slowed > 0 {
		head.Rows = append(head.Rows, s.slowRow())
	}
	panes := []widget.Pane{head}
	if n.VerificationURIComplete == "" || s.sideQR() != nil {
		return panes
	}
	return append(panes, s.inlineQR())
}

// inlineQR is the QR code beside the user code when there is room for it, else how to get it.
func (s *Screen) inlineQR() widget.Pane {
	p := widget.Pane{ID: "device.qr", Title: "Or scan, with the code filled in", Hue: s.c.Theme.Text}
	room := s.areas.body.H - 22
	if code, err := s.qrLines(s.inner(), room); err == nil {
		p.Rows = []widget.Row{lines(code...)}
	} else {
		p.Rows = s.dim("Q shows the QR code.")
	}
	return p
}

// polling says how asking the provider goes.
func (s *Screen) polling() string {
	interval := s.run.need.Interval
	text := "not asked yet"
	if w := s.run.wait; w != nil {
		if w.Interval > 0 {
			interval = w.Interval
		}
		if w.Polls > 0 {
			text = fmt.Sprintf("asked %s, last answer %s", times(w.Polls), safe.Text(w.Reason))
		}
		if left := w.Until.Sub(s.c.Now()); left > 0 {
			text += fmt.Sprintf(" · next in %d s", int(left.Round(time.Second)/time.Second))
		}
	}
	if interval > 0 {
		text += fmt.Sprintf(" · every %d s", int(interval/time.Second))
	}
	return text
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func (s *Screen) slowRow() widget.Row {
	interval := "5 s more"
	if w := s.run.wait; w != nil && w.Interval > 0 {
		interval = fmt.Sprintf("%d s", int(w.Interval/time.Second))
	}
	text := fmt.Sprintf("! slow_down came %s: now asking every %s  RFC 8628 3.5", times(s.run.slowed), interval)
	return lines(s.c.Theme.Care.Render(ui.Truncate(text, s.inner())))
}

// qrScreen is the address as a QR code over the whole screen, with what belongs to it at its side.
func (s *Screen) qrScreen() string {
	t := s.c.Theme
	code, err := s.qrLines(s.w, s.h)
	if err != nil {
		text := ui.Wrap(err.Error()+". Make the terminal larger, or copy the address with y.", min(max(s.w-4, 8), measure))
		return "\n  " + t.Care.Render("! no room for the QR code") + "\n\n  " + strings.Join(text, "\n  ") + "\n\n  " + t.KeyHint(relabel(s.keys.QR, "back"))
	}
	room := s.w - ui.Width(code[0]) - 4
	if room < 16 {
		return strings.Join(code, "\n")
	}
	var side []string
	add := func(text string, style lipgloss.Style, pieces func(string, int) []string) {
		for _, line := range pieces(text, min(room, measure)) {
			side = append(side, style.Render(line))
		}
		side = append(side, "")
	}
	add("Scan it with your phone to open", t.Text, ui.Wrap)
	add(safe.Text(s.address()), t.Accent, widget.Chop)
	if s.run.need.UserCode != "" {
		add("It must show you the code", t.Text, ui.Wrap)
		add(safe.Text(s.run.need.UserCode), t.Strong, widget.Chop)
	}
	if note := s.scanNote(); note != "" {
		add(note, t.Care, ui.Wrap)
	}
	side = append(side, t.Care.Render(s.timeLeft(s.c.Now())), "", t.KeyHint(relabel(s.keys.QR, "back")))
	return ui.Beside(4, strings.Join(code, "\n"), strings.Join(side[:min(len(side), s.h)], "\n"))
}

// scanNote says what scanning can't do: a loopback address means another machine on the phone, and a redirect to loopback
// does not come back here.
func (s *Screen) scanNote() string {
	u, err := url.Parse(s.address())
	switch {
	case err == nil && loopback(u.Hostname()):
		return "! " + safe.Text(u.Hostname()) + " is this machine: a phone can't open it"
	case s.run.need.Kind != flows.NeedDevice:
		return "! the last page will not load on the phone: send its address here, and paste it with p"
	default:
		return ""
	}
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// qrLines draw the code in black on white whatever the theme is, as scanners want it. Without colours the ink is what the
// terminal's background is not.
func (s *Screen) qrLines(width, height int) ([]string, error) {
	t := s.c.Theme
	mono := t.Renderer.ColorProfile() == termenv.Ascii
	code, err := qrcode.Lines(s.address(), width, height, mono && (t.Kind == ui.Dark || t.Kind == ui.HighContrast))
	if err != nil {
		return nil, err
	}
	style := t.Renderer.NewStyle()
	if !mono {
		style = style.Foreground(lipgloss.Color("#000000")).Background(lipgloss.Color("#ffffff"))
	}
	for i := range code {
		code[i] = style.Render(code[i])
	}
	return code, nil
}

// forward is the command that makes the callback reachable from the machine that the SSH session comes from; empty when
// this is no SSH session or nothing listens.
func (s *Screen) forward() string {
	n := s.run.need
	if s.ssh == "" || n == nil || n.Kind != flows.NeedOpenURL {
		return ""
	}
	u, err := url.Parse(n.RedirectURI)
	if err != nil || u.Port() == "" {
		return ""
	}
	host := "HOST"
	if parts := strings.Fields(s.ssh); len(parts) == 4 { // client address and port, server address and port
		host = parts[2]
	}
	target := u.Hostname()
	if strings.Contains(target, ":") {
		target = "[" + target + "]"
	}
	return fmt.Sprintf("ssh -L %s:%s:%s %s", u.Port(), target, u.Port(), host)
}
