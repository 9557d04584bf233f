package main

import (
	"context"
	"errors"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/browser"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// user is the person in front of the terminal: shown where to go, given a browser, and listened to while the run waits.
type user struct {
	sys       *system
	notes     *plain.Printer
	keys      *keyboard
	noBrowser bool
	pasteOnly bool
	reveal    bool // show tokens in addresses
	pasted    chan string

	ctx        context.Context // of the run
	background *background
	stopAsking context.CancelFunc // set while the run waits for the person
}

// event is told every event of the run, from the engine's goroutine.
func (u *user) event(e flows.Event) {
	switch e := e.(type) {
	case flows.NeedUser:
		u.asked(e)
	case flows.StepDone, flows.StepFailed, flows.Done:
		u.quiet()
	}
}

func (u *user) asked(need flows.NeedUser) {
	switch need.Kind {
	case flows.NeedDevice:
		u.askDevice(need)
		return
	case flows.NeedElsewhere:
		u.notes.Note("The provider is asking on the person's own device. Look there, and agree.")
		return
	}
	if !u.noBrowser && !u.pasteOnly {
		u.open(need.URL)
	}
	u.notes.Note("")
	if need.Step == "logout" {
		u.notes.Note("Open this address in a browser to log out:")
	} else {
		u.notes.Note("Open this address in a browser and log in:")
	}
	u.address(u.notes, "  ", need.URL)
	if u.keys.available() && need.Step != "logout" { // there is nothing to paste of a logout
		u.notes.Note("No browser on this machine? Log in elsewhere and paste here the address that you end on.")
		u.listen()
	}
	u.notes.Note("")
}

// address prints an address to be opened. The browser gets it whole; on the screen, and in logs, a token in it is a secret like others.
func (u *user) address(notes *plain.Printer, margin, address string) {
	shown := address
	if !u.reveal {
		shown = secret.Dotted(secret.Address(address))
	}
	notes.Emphasis(margin, shown)
	if shown != address {
		notes.Note(margin + "It carries a token, which is masked here: to open it by hand, run this again with --show-secrets, which shows it whole.")
	}
}

func (u *user) askDevice(need flows.NeedUser) {
	address := need.VerificationURIComplete
	if address == "" {
		address = need.VerificationURI
	}
	if !u.noBrowser {
		u.open(address)
	}
	u.notes.Note("")
	u.notes.Note("On any device, open this address, and allow the login:")
	u.notes.Emphasis("  ", need.VerificationURI)
	u.notes.Emphasis("  code  ", need.UserCode)
	if u.sys.stderrTerminal {
		u.notes.QR(address)
	}
	u.notes.Note("")
}

// open opens the browser beside the engine. That it can't is no failure: the address is printed.
func (u *user) open(address string) {
	u.background.do(func() error {
		err := u.sys.openBrowser(u.ctx, address)
		if err != nil && !errors.Is(err, browser.ErrNone) && u.ctx.Err() == nil {
			u.sys.notes(true).Note(err.Error())
		}
		return nil
	})
}

// listen passes on the address that is pasted while the run waits.
func (u *user) listen() {
	ctx, cancel := context.WithCancel(u.ctx)
	u.stopAsking = cancel
	u.background.do(func() error {
		for handed := false; ; {
			text, err := u.keys.line(ctx)
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil && u.pasteOnly && handed: // the engine ends the run, unless what it got was the answer
				close(u.pasted)
				return nil
			case err != nil && u.pasteOnly:
				return usage("", "want the address that the browser ended on, the input has ended")
			case err != nil:
				return nil
			case text == "":
				continue
			}
			select {
			case u.pasted <- text: // a wrong one is told, and the person pastes again
				handed = true
			case <-ctx.Done():
				return nil
			}
		}
	})
}

// quiet lets nobody else read lines: the person is asked something else.
func (u *user) quiet() {
	if u.stopAsking != nil {
		u.stopAsking()
		u.stopAsking = nil
	}
}

// helper is the practice provider doing the person's part.
type helper struct {
	ctx        context.Context
	background *background
	logIn      func(ctx context.Context, address string) error
	approve    func(ctx context.Context, userCode string) error
	stuck      bool     // the provider may stop the person too, who then leaves it at that
	step       *stepper // who is told too; nil: nobody holds the run
}

func (h *helper) event(e flows.Event) {
	h.step.event(e)
	need, ok := e.(flows.NeedUser)
	if !ok {
		return
	}
	h.background.do(func() error {
		var err error
		if need.Kind == flows.NeedDevice {
			err = h.approve(h.ctx, need.UserCode)
		} else {
			err = h.logIn(h.ctx, need.URL)
		}
		if h.stuck || errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	})
}
