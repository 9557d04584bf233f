package flow

import (
	"slices"
	"time"

	"github.com/charmbracelet/bubbles/key"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// keyMap is what can be pressed here beside the global keys.
type keyMap struct {
	Next, Into, Continue, Edit, Drop, Abort     key.Binding
	Break, BreakAnswer, Skip, Again, Compare    key.Binding
	Restart, From, Open, LogIn, Paste, QR       key.Binding
	Copy, Filter, Raw, Older, Newer, Tab, Pane  key.Binding
	Enter, OtherFlow, NewLogin                  key.Binding
	EditDrop, EditAdd, EditMove, EditUndo       key.Binding
	EditClear                                   key.Binding
	EditReveal, EditApply, EditLeave, PasteSend key.Binding
}

func newKeyMap() keyMap {
	bind := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return keyMap{
		Next:     bind("n", "send and hold the next", "n"),
		Continue: bind("c", "run to the end", "c"),
		Edit:     bind("E", "edit request", "E"),
		Drop:     bind("x", "drop request", "x"),
		Abort:    bind("X", "abort", "X"),
		Into:     bind("i", "hold the answer too", "i"),
		Break:    bind("b", "breakpoint", "b"),
		Skip:     bind("S", "skip the step", "S"),
		Again:    bind("t", "send again", "t"),
		Compare:  bind("d", "compare runs", "d"),
		Restart:  bind("r", "restart", "r"),
		From:     bind("R", "back to this step", "R"),
		Open:     bind("o", "open browser", "o"),
		LogIn:    bind("a", "log in for me", "a"),
		Paste:    bind("p", "paste address", "p"),
		QR:       bind("Q", "QR code", "Q"),
		Copy:     bind("y", "copy", "y"),
		Filter:   bind("/", "filter", "/"),
		Raw:      bind("v", "pretty or raw", "v"),
		Older:    bind("[", "request before", "["),
		Newer:    bind("]", "request after", "]"),
		Tab:      bind("←/→", "tabs", "left", "right", "h", "l"),
		Pane:     bind("tab", "other pane", "tab", "shift+tab"),

		BreakAnswer: bind("B", "breakpoint at the answer", "B"),

		Enter:     bind("enter", "details", "enter"),
		OtherFlow: bind("f", "other flow", "f"),
		NewLogin:  bind("N", "log in to a provider", "N"),

		EditDrop:   bind("ctrl+d", "drop", "ctrl+d"),
		EditAdd:    bind("ctrl+n", "add", "ctrl+n"),
		EditMove:   bind("ctrl+t", "move", "ctrl+t"),
		EditClear:  bind("ctrl+u", "empty", "ctrl+u"),
		EditUndo:   bind("ctrl+z", "restore", "ctrl+z"),
		EditReveal: bind("ctrl+s", "show secrets", "ctrl+s"),
		EditApply:  bind("enter", "apply", "enter"),
		EditLeave:  bind("esc", "leave", "esc"),
		PasteSend:  bind("enter", "go on with it", "enter"),
	}
}

// ShortHelp is the line of keys that matter now.
func (s *Screen) ShortHelp() []key.Binding {
	k := &s.keys
	switch {
	case s.edit != nil:
		keys := []key.Binding{k.EditApply, k.EditDrop, k.EditAdd, k.EditClear, k.EditUndo, k.EditReveal, k.EditLeave}
		if s.edit.editor.Movable() {
			keys = slices.Insert(keys, 3, k.EditMove)
		}
		return keys
	case s.paste != nil:
		return []key.Binding{k.PasteSend, k.EditLeave}
	}
	if s.run.began.Replayed != "" {
		keys := []key.Binding{k.Tab, k.Copy, s.c.Keys.Export}
		if s.run.phase() == succeeded {
			keys = append([]key.Binding{relabel(k.Enter, "tokens")}, keys...)
		}
		return keys
	}
	switch s.run.phase() {
	case idle:
		return []key.Binding{relabel(k.Enter, "start"), k.OtherFlow, k.NewLogin, k.Break}
	case held:
		return s.heldKeys()
	case waiting:
		var keys []key.Binding
		if s.openDisabled() == "" {
			keys = append(keys, k.Open)
		}
		if s.run.began.Helper != nil {
			keys = append(keys, k.LogIn)
		}
		if s.pasteDisabled() == "" {
			keys = append(keys, k.Paste)
		}
		if s.run.mode != ui.GateAll {
			keys = append(keys, relabel(k.Into, "hold what comes back"))
		}
		if s.openDisabled() == "" {
			keys = append(keys, k.QR)
		}
		return append(keys, k.Copy, k.Abort)
	case succeeded:
		return append([]key.Binding{relabel(k.Enter, "tokens"), k.Restart, k.From, k.Break}, s.afterKeys()...)
	case failed, canceled:
		return append([]key.Binding{relabel(k.Restart, "try again"), k.From, k.Break}, s.afterKeys()...)
	default:
		return []key.Binding{relabel(k.Next, "hold the next request"), k.Break, k.Abort, k.Tab, k.Copy}
	}
}

// heldKeys are the keys that matter while the run is held.
func (s *Screen) heldKeys() []key.Binding {
	k := &s.keys
	switch {
	case s.run.answer() != nil:
		return []key.Binding{relabel(k.Next, "take it in"), relabel(k.Edit, "edit answer"), k.Again, k.Continue, k.From, k.Abort, k.BreakAnswer, k.Copy}
	case s.run.request() != nil && s.run.stop.Kind == flows.BeforeReturn:
		return []key.Binding{relabel(k.Next, "take it in"), relabel(k.Edit, "edit answer"), k.Continue, k.From, k.Abort, k.BreakAnswer, k.Copy}
	case s.run.request() != nil:
		return s.skippable([]key.Binding{relabel(k.Next, s.sendWord()), k.Into, k.Edit, k.Continue, k.Skip, k.Drop, k.From, k.Abort, k.Break, k.Copy})
	default:
		return s.skippable([]key.Binding{relabel(k.Next, "begin the step"), k.Skip, k.Continue, k.From, k.Abort, k.Break})
	}
}

// skippable leaves the key out that skips a step, where the step can't be skipped.
func (s *Screen) skippable(keys []key.Binding) []key.Binding {
	if s.skipDisabled() == "" {
		return keys
	}
	return slices.DeleteFunc(keys, func(b key.Binding) bool { return b.Help().Key == s.keys.Skip.Help().Key })
}

// sendWord says what letting go means: what a browser does is not sent by this program.
func (s *Screen) sendWord() string {
	if s.run.stop.Kind == flows.BeforeOpen {
		return "open"
	}
	return "send"
}

// afterKeys are the keys that matter in every run that is over.
func (s *Screen) afterKeys() []key.Binding {
	if s.before != nil {
		return []key.Binding{s.keys.Compare, s.keys.Tab, s.keys.Copy}
	}
	return []key.Binding{s.keys.Tab, s.keys.Copy}
}

func relabel(b key.Binding, desc string) key.Binding {
	b.SetHelp(b.Help().Key, desc)
	return b
}

// FullHelp is the same for the overlay, in groups.
func (s *Screen) FullHelp() [][]key.Binding {
	k := &s.keys
	return [][]key.Binding{
		{k.Next, k.Into, k.Continue, k.Edit, k.Drop, k.Skip, k.Again, k.Abort, k.Break, k.BreakAnswer, k.Restart, k.From, k.Compare},
		{k.Open, k.LogIn, k.Paste, k.QR},
		{k.Enter, k.Tab, k.Pane, k.Older, k.Newer, k.Raw, k.Filter, k.Copy, s.c.Keys.Export},
	}
}

// Actions lists everything that can be done here, with the reason for what can't be done now.
func (s *Screen) Actions() []ui.Action {
	k := &s.keys
	notWaiting := s.openDisabled()
	return []ui.Action{
		{Binding: k.Next, Title: "Let go what is held, and hold the next request", Disabled: s.stepDisabled()},
		{Binding: k.Into, Title: "Let go what is held, and hold the next request or answer", Disabled: s.stepDisabled()},
		{Binding: k.Continue, Title: "Run to the end", Disabled: s.stepDisabled()},
		{Binding: k.Edit, Title: "Edit the held request or answer", Disabled: s.editDisabled()},
		{Binding: k.Drop, Title: "Drop the held request", Disabled: s.dropDisabled()},
		{Binding: k.Skip, Title: "Leave out the step that is held", Disabled: s.skipDisabled()},
		{Binding: k.Again, Title: "Send the selected request again", Disabled: s.againDisabled()},
		{Binding: k.Abort, Title: "Abort the run", Disabled: s.stepDisabled()},
		{Binding: k.Break, Title: "Breakpoint: hold the selected step before it sends", Disabled: s.breakDisabled()},
		{Binding: k.BreakAnswer, Title: "Breakpoint: hold what comes back in the selected step", Disabled: s.breakAnswerDisabled()},
		{Binding: k.Restart, Title: s.restartTitle(), Disabled: s.restartDisabled()},
		{Binding: k.From, Title: "Restart from the selected step", Disabled: s.fromDisabled()},
		{Binding: k.Compare, Title: "Compare with the run before", Disabled: s.compareDisabled()},
		{Binding: k.Open, Title: "Open the browser", Disabled: notWaiting},
		{Binding: k.LogIn, Title: "Let the program log in for me", Disabled: s.helperDisabled()},
		{Binding: k.Paste, Title: "Paste the address I ended on", Disabled: s.pasteDisabled()},
		{Binding: k.QR, Title: "Show the address as a QR code", Disabled: notWaiting},
		{Binding: k.Copy, Title: "Copy what is selected"},
		{Binding: s.c.Keys.Export, Title: "Export the run: events, HAR, curl, Markdown", Disabled: s.exportDisabled(), Words: "save write"},
		{Binding: k.Filter, Title: "Filter the variables", Disabled: s.filterDisabled()},
		{Binding: k.Raw, Title: "Show the answer pretty or raw"},
		{Binding: k.Older, Title: "The step's request before", Disabled: s.olderDisabled()},
		{Binding: k.Newer, Title: "The step's request after", Disabled: s.olderDisabled()},
		{Binding: k.Tab, Title: "Next or previous tab"},
		{Binding: k.Pane, Title: "Steps or details"},
		{Binding: k.Enter, Title: s.enterTitle()},
		{Binding: k.OtherFlow, Title: "Look at the other flow", Disabled: s.idleDisabled()},
		{Binding: k.NewLogin, Title: "Log in to a provider"},
	}
}

func (s *Screen) exportDisabled() string {
	if s.run.phase() == idle {
		return "nothing has run yet"
	}
	return ""
}

func (s *Screen) stepDisabled() string {
	if s.run.phase() == idle {
		return "nothing runs yet"
	}
	if s.run.over() {
		return "the run is over"
	}
	return ""
}

// openDisabled says why there is no address that could be opened.
func (s *Screen) openDisabled() string {
	switch {
	case s.run.need == nil:
		return "the run does not wait for you"
	case s.address() == "":
		return "the provider asks on another device; there is nothing to open here"
	default:
		return ""
	}
}

func (s *Screen) helperDisabled() string {
	switch {
	case s.run.began.Helper == nil:
		return "only the practice provider can be logged in to by the program"
	case s.run.need == nil:
		return "the run does not wait for you"
	case s.helping():
		return "it is under way"
	default:
		return ""
	}
}

// helpTime is how long logging in by itself is waited for before it can be tried again.
const helpTime = 10 * time.Second

// helping reports whether the program logs in by itself just now.
func (s *Screen) helping() bool { return s.c.Now().Sub(s.helped) < helpTime }

func (s *Screen) pasteDisabled() string {
	switch {
	case s.run.need == nil:
		return "the run does not wait for you"
	case s.run.need.Kind == flows.NeedDevice:
		return "a device login ends by itself; there is no address to paste"
	case s.run.need.Kind == flows.NeedElsewhere:
		return "the provider asks on another device; there is no address to paste"
	default:
		return ""
	}
}

func (s *Screen) filterDisabled() string {
	if s.active() != tabVariables {
		return "only on the Variables tab"
	}
	return ""
}

func (s *Screen) olderDisabled() string {
	if _, count := s.chosen(); count < 2 {
		return "the step has no more than one request"
	}
	return ""
}

func (s *Screen) idleDisabled() string {
	if s.run.phase() != idle {
		return "a flow has been started"
	}
	return ""
}

func (s *Screen) enterTitle() string {
	switch s.run.phase() {
	case idle:
		return "Start this flow with the practice provider"
	case succeeded:
		return "Look at the tokens"
	default:
		return "Go to the details of the step"
	}
}
