// Package batch inspects a stream of tokens: a million lines of a log as well as three. [Run] reads from a reader, verifies and
// judges every token with all checks on, and writes one JSON line each, in the order of the input.
//
// What it promises. The order of the lines is kept, however many cores work. Memory is flat for input of any length: what is read
// ahead is bounded, and so is a line. A line that holds no token is reported on its own line and skipped, never fatal. When the
// context ends, what was written so far is a whole prefix of the answer, and the [Summary] is about exactly that.
//
// One goroutine cuts the input into blocks of whole lines, workers turn each block into its output, and the caller's goroutine
// writes the blocks in order. A block's output is complete when its channel is closed; that is all the synchronisation there is.
package batch

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"sync"

	"github.com/oidcscope/oidcscope/inspect"
)

// Options say what stands in the input, how tokens are judged, and what is written about them.
type Options struct {
	Keys            *inspect.KeySet // may be nil
	Context         inspect.Context
	RequireVerified bool // a token that no key verified counts as bad

	// Field is where the token stands when every line is a JSON value: member names separated by dots. Empty: the line is the
	// token, or text that has tokens in it.
	Field string
	// Log says that lines without a token are nothing to report.
	Log bool

	Columns []Column // what is written of each token; nil: [Standard]
	Workers int      // 0: one for each core
	Written func(*Summary)
}

// MaxLine bounds one line, in bytes. A longer one is reported and skipped.
const MaxLine = 1 << 20

// blockSize is about how much of the input one worker takes at once, in bytes.
const blockSize = 16 << 10

// block is a piece of the input, whole lines, on its way through a worker.
type block struct {
	text string
	line int  // number of its first line, from 1
	long bool // the beginning of a line longer than [MaxLine], whose rest was dropped

	units int           // of room that it takes
	done  chan struct{} // closed when what follows is final
	out   []byte
	tally Summary
	cut   bool // the context ended before the end of the block
}

// outputs are buffers for what a block becomes.
var outputs = sync.Pool{New: func() any { return new([]byte) }}

// Run inspects everything that in holds and writes the answer to out. The summary is never nil; with an error (of reading, of
// writing, or the context's cause) it is about what was written until then. Options.Written, when set, is called after every
// write, from the caller's goroutine.
func Run(ctx context.Context, in io.Reader, out io.Writer, o Options) (*Summary, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Columns == nil {
		o.Columns = Standard()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// How far is read ahead, in units of a block's size. It has to be deep enough that one worker that is held up (by the operating
	// system, or by a token that takes long) leaves the others something to do.
	ahead := max(4*o.Workers, 64)
	work, order, room := make(chan *block, ahead), make(chan *block, ahead), make(chan struct{}, ahead)
	repeats := newCache()
	for range o.Workers {
		go func() {
			w := newWorker(ctx, &o, repeats)
			for b := range work {
				w.do(b)
				close(b.done)
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(work)
		err := cut(ctx, in, func(b *block) bool {
			b.done, b.units = make(chan struct{}), min(1+len(b.text)/blockSize, ahead)
			for range b.units {
				select {
				case room <- struct{}{}:
				case <-ctx.Done():
					return false
				}
			}
			order <- b // every block takes room, so these two have it
			work <- b
			return true
		})
		if err != nil {
			cancel(err)
		}
	}()
	sum := new(Summary)
	err := write(ctx, order, room, out, sum, o.Written)
	if err == nil {
		err = context.Cause(ctx)
	}
	return sum, err
}

// write puts the blocks out in order, until there are no more or one was cut short.
func write(ctx context.Context, order <-chan *block, room <-chan struct{}, out io.Writer, sum *Summary, written func(*Summary)) error {
	for {
		var b *block
		select {
		case next, ok := <-order:
			if !ok {
				return nil
			}
			b = next
		case <-ctx.Done(): // the reader may hang in its Read for ever
			select {
			case next, ok := <-order:
				if !ok {
					return nil
				}
				b = next
			default:
				return nil
			}
		}
		<-b.done
		if _, err := out.Write(b.out); err != nil {
			return err
		}
		outputs.Put(&b.out)
		for range b.units {
			<-room
		}
		sum.add(&b.tally)
		if written != nil {
			written(sum)
		}
		if b.cut {
			return nil
		}
	}
}

// cut reads the input and emits it as blocks of whole lines, until emit says no.
func cut(ctx context.Context, in io.Reader, emit func(*block) bool) error {
	buf := make([]byte, 0, 2*blockSize)
	line := 1
	dropping := false // within a line that is too long
	for ctx.Err() == nil {
		if cap(buf)-len(buf) < blockSize {
			buf = append(make([]byte, 0, 2*cap(buf)), buf...)
		}
		n, err := in.Read(buf[len(buf) : len(buf)+blockSize])
		buf = buf[:len(buf)+n]
		if dropping {
			end := bytes.IndexByte(buf, '\n')
			if end < 0 {
				end = len(buf) - 1
			} else {
				dropping = false
				line++
			}
			buf = append(buf[:0], buf[end+1:]...)
		}
		end := bytes.LastIndexByte(buf, '\n') + 1
		if err != nil && err != io.EOF {
			return err
		}
		if err == io.EOF && !dropping {
			end = len(buf)
		}
		if end > 0 {
			b := &block{text: string(buf[:end]), line: line}
			line += bytes.Count(buf[:end], []byte{'\n'})
			if !emit(b) {
				return nil
			}
			buf = append(buf[:0], buf[end:]...)
			if cap(buf) > 4*blockSize {
				buf = append(make([]byte, 0, 2*blockSize), buf...)
			}
		}
		if err == io.EOF {
			return nil
		}
		if len(buf) > MaxLine {
			if !emit(&block{line: line, long: true}) {
				return nil
			}
			buf, dropping = make([]byte, 0, 2*blockSize), true
		}
	}
	return nil
}
