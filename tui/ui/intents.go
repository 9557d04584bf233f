package ui

import (
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/config"
)

// Intents are what screens ask the root to do. They are messages; only the root acts on them, and what follows is told to
// every screen by the messages of messages.go.
type (
	// Goto shows a screen.
	Goto struct{ Screen Name }
	// StartFlow starts a run and shows it. A run that is under way is cancelled first.
	StartFlow struct {
		Flow   flows.Flow
		Config flows.Config
		Title  string // "Practice provider"
		Helper LoginHelper
		Step   bool   // hold every request
		KeepAs string // name under which the session is kept; empty: it is not
		// Profile is what the client was made of, by which a kept session makes it again; nil: only Config is known.
		Profile *config.Profile

		NoBrowser bool // the address is only shown
		Aside     bool // what it leaves is no session of a person's: a client's registration
	}
	// StartPractice starts the practice provider, then a flow ("pkce" or "device") against it.
	StartPractice struct {
		Flow  string
		Fault string // how the provider misbehaves; empty: it does not
	}
	// OpenDoctor checks a provider, or documents; without any it asks for one.
	OpenDoctor struct{ Config doctor.Config }
	// OpenProbe shows the screen of the probes, for a provider or the name of a profile; it begins nothing.
	OpenProbe struct{ Target string }
	// PrepareProbe makes a configuration by the flags of probe; the screen is told what came of it.
	PrepareProbe struct {
		Target string // issuer, or the name of a profile
		Flags  map[string][]string
	}
	// OpenFaults shows the list of the practice provider's faults.
	OpenFaults struct{}
	// StartProfile starts the login of a profile, after its references to secrets were followed.
	StartProfile struct {
		Profile config.Profile
		Step    bool // hold every request
		// What no profile holds, for this login only, by the flags of login. A secret may be a reference, as that of a profile.
		Once map[string]string
	}
	// SaveProfile writes a profile to the configuration; [ProfilesChanged] follows.
	SaveProfile struct {
		Profile config.Profile
		Note    string // what there is to say when it was saved; may be empty
	}
	// OpenLogin shows the form for a new login, filled in as far as known.
	OpenLogin struct {
		Issuer  string
		Profile *config.Profile // to change; nil: none
	}
	// OpenRegister shows the form for a client that registers itself.
	OpenRegister struct{ Issuer string }
	// RegisterClient registers a client, by the flags of register.
	RegisterClient struct {
		Issuer string
		Flags  map[string][]string
		Step   bool // hold every request
	}
	// ManageRegistration asks what to do with a registration: that of a profile's client, or of the session that a registration left.
	ManageRegistration struct {
		Name    string         // of the profile; empty: the client is none
		Session *flows.Session // nil: what was kept beside the profile
	}
	// OpenToken inspects text that was pasted or typed. Keys and Context come from the command line.
	OpenToken struct {
		Raw     string
		Keys    *inspect.KeySet
		Context inspect.Context
	}

	// Refresh redeems the current session's refresh token, in place: the screen in front stays.
	Refresh struct{}
	// FetchUserInfo calls the userinfo endpoint with the current session's access token, in place.
	FetchUserInfo struct{}
	// Introspect asks the provider about a token of the current session, in place.
	Introspect struct{ Which flows.TokenName }
	// Revoke tells the provider to forget a token of the current session, in place. Unless Sure is set, the person is asked.
	Revoke struct {
		Which flows.TokenName
		Sure  bool
	}
	// OpenRun shows a run of this session of the program again.
	OpenRun struct{ Run int }
	// OpenFile reads a saved run, or a capture of a browser, and shows it. A file that is neither goes to the token screen, as [TokensIn].
	OpenFile struct {
		Path string
		From Name // the screen that asks, to be told of a failure by [FileFailed]; empty: a notice tells it
	}
	// Export asks in which format a run is to be written to a file. Without a number it is the run on the screen.
	Export struct{ Run int }

	// Restart runs the current (or last) run's flow again from its first step.
	Restart struct{}
	// Cancel ends the run that is under way.
	Cancel struct{}

	// RestartFrom goes back to a step of the last login: within the run while it is held, in a new run when it is over.
	RestartFrom struct{ Step string }
	// SetGate changes how the current run is held. What is held stays held.
	SetGate struct{ Mode GateMode }
	// ToggleBreakpoint sets or clears breakpoints of one step.
	ToggleBreakpoint struct {
		Step string
		At   Breakpoint
	}
	// Release answers the stop at which the run is held. Mode says how the run goes on from there: n is Release{Mode: GateStep},
	// c is Release{Mode: GateFree}.
	Release struct {
		Command flows.Command
		Mode    GateMode
	}

	// Confirm asks before something is done; Then is the intent that a yes sends.
	Confirm struct {
		Question, Detail, Verb string
		Then                   any
	}

	// PasteAddress gives the run the address that the person ended on in the browser.
	PasteAddress struct{ URL string }
	// LogInForMe lets the program do the person's part. It needs a run whose [RunBegan.Helper] is set.
	LogInForMe struct{}

	// Notify shows a line for a few seconds.
	Notify struct {
		Text string
		Kind NoteKind
	}
	// Copy puts text into the clipboard (OSC 52, and the platform's tool where there is one).
	Copy struct {
		Text   string
		What   string // for the notice: "access token"
		Secret bool   // the notice then says that a secret is in the clipboard
	}
	// CopyMenu lets the person choose among several forms of what is selected. With one item it copies at once.
	CopyMenu struct{ Items []Copy }
	// WriteMenu lets the person choose in which form something is written to a file.
	WriteMenu struct {
		Title string
		Items []Write
	}
	// Write writes a new file; one of that name that is there is left alone.
	Write struct {
		What string // "Markdown"
		Name string // of the file, in the current folder
		Data []byte
	}
	// OpenURL opens the browser.
	OpenURL struct{ URL string }
	// ToggleReveal shows or hides secrets, on all screens.
	ToggleReveal struct{}
)

// NoteKind colours a notice.
type NoteKind int

const (
	NoteInfo NoteKind = iota
	NoteGood
	NoteBad
	NoteCare
)

// GateMode says where a run is held.
type GateMode int

const (
	GateFree GateMode = iota // nowhere but at breakpoints
	GateStep                 // before every request, the browser's too
	GateAll                  // and before every answer is taken in
)

// Breakpoint says where in a step the run is held; both can be set.
type Breakpoint int

const (
	BreakBefore Breakpoint = 1 << iota // before its requests are sent; a step that sends nothing: before it begins
	BreakAnswer                        // before their answers are taken in
)

// LoginHelper logs in without a browser. Only the practice provider has one. Its methods block; the root calls them in
// commands.
type LoginHelper interface {
	LogIn(authURL string) error
	ApproveDevice(userCode string) error
}
