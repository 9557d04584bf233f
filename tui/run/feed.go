package run

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
)

// feed brings what work in a goroutine says to a screen. It follows the rule of all streams: one goroutine, one unbuffered channel, one
// reading command ([feed.Next]), which its owner arms again with each message.
type feed struct {
	ctx      context.Context
	stop     context.CancelFunc
	messages chan tea.Msg
}

func newFeed(ctx context.Context) feed {
	f := feed{messages: make(chan tea.Msg)}
	f.ctx, f.stop = context.WithCancel(ctx)
	return f
}

func (f *feed) say(msg tea.Msg) {
	select {
	case f.messages <- msg:
	case <-f.ctx.Done():
	}
}

// Next reads one message.
func (f *feed) Next() tea.Cmd {
	return func() tea.Msg {
		select {
		case msg := <-f.messages:
			return msg
		case <-f.ctx.Done():
			return nil
		}
	}
}

// Stop ends the work; nothing more is read from it.
func (f *feed) Stop() { f.stop() }
