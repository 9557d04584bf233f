package keep

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// parts keeps texts in a keyring whose entries are small: 2560 bytes in the Credential Manager; in the Keychain the command that
// carries the value, in base64, has to stay below 4096. A longer text is cut up. The parts are written first, under names of
// their own, and the entry that lists them last: whoever reads meanwhile, or after a crash, finds the old text or the new one.
type parts struct{ ring Ring }

// maxPart is the size of one entry, in bytes.
const maxPart = 2400

// maxParts bounds what a list may ask for.
const maxParts = maxText/maxPart + 1

// wholeMark begins an entry that holds its text, listMark one that lists parts: ">2:5:1f0c…:9ab3…", which is the number of parts,
// their length in bytes, their own name, and the SHA-256 of the text.
const wholeMark, listMark = "=", ">"

type list struct {
	count, size int
	id, sum     string
}

func (p parts) get(ctx context.Context, name string) (string, error) {
	return bounded(ctx, func() (string, error) {
		for tries := 0; ; tries++ {
			head, err := p.ring.Get(service, name)
			if err != nil {
				return "", err
			}
			text, err := p.join(name, head)
			if err == nil {
				return text, nil
			}
			// Somebody may have put a new text there while the parts of the old one were read, and swept them.
			if now, again := p.ring.Get(service, name); tries == maxTries || again == nil && now == head {
				return "", err
			}
		}
	})
}

// maxTries is how often a text that changes all the time is read anew.
const maxTries = 5

var errPartGone = errors.New("it is gone: it was removed by something else")

// join puts together the text that an entry holds, or lists the parts of.
func (p parts) join(name, head string) (string, error) {
	if len(head) > maxText {
		return "", fmt.Errorf("want at most %d bytes, got %d", maxText, len(head))
	}
	if text, ok := strings.CutPrefix(head, wholeMark); ok {
		return text, nil
	}
	l, err := parseList(head)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for i := range l.count {
		part, err := p.ring.Get(service, l.part(name, i))
		if errors.Is(err, ErrNone) {
			err = errPartGone // what is kept under the name is there: only a part of it is not
		}
		if err != nil {
			return "", fmt.Errorf("part %d of %d: %w", i+1, l.count, err)
		}
		if text.Len()+len(part) > l.size {
			break
		}
		text.WriteString(part)
	}
	if text.Len() != l.size || digest(text.String()) != l.sum {
		return "", errors.New("its parts don't fit together: it was changed by something else")
	}
	return text.String(), nil
}

func (p parts) ready(ctx context.Context) error {
	_, err := p.get(ctx, index)
	if errors.Is(err, ErrNone) {
		err = nil
	}
	return err
}

// change makes the edits in their order, up to one that fails. What is gone already does not stop the rest.
func (p parts) change(ctx context.Context, edits ...edit) error {
	var failed error
	for _, e := range edits {
		if e.remove {
			failed = errors.Join(failed, p.delete(ctx, e.name))
		} else if failed == nil || errors.Is(failed, ErrNone) {
			failed = errors.Join(failed, p.set(ctx, e.name, e.value))
		}
	}
	return failed
}

func (p parts) set(ctx context.Context, name, value string) error {
	_, err := bounded(ctx, func() (struct{}, error) {
		before, _ := p.ring.Get(service, name)
		if len(value)+len(wholeMark) <= maxPart {
			if err := p.ring.Set(service, name, wholeMark+value); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, p.sweep(name, before)
		}
		l := list{count: (len(value) + maxPart - 1) / maxPart, size: len(value), id: strings.ToLower(rand.Text()[:10]), sum: digest(value)}
		for i := range l.count {
			if err := p.ring.Set(service, l.part(name, i), value[i*maxPart:min((i+1)*maxPart, len(value))]); err != nil {
				return struct{}{}, errors.Join(err, p.sweep(name, l.String()))
			}
		}
		if err := p.ring.Set(service, name, l.String()); err != nil {
			return struct{}{}, errors.Join(err, p.sweep(name, l.String()))
		}
		return struct{}{}, p.sweep(name, before)
	})
	return err
}

func (p parts) delete(ctx context.Context, name string) error {
	_, err := bounded(ctx, func() (struct{}, error) {
		head, err := p.ring.Get(service, name)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, errors.Join(p.ring.Delete(service, name), p.sweep(name, head))
	})
	return err
}

// sweep removes the parts that an entry listed.
func (p parts) sweep(name, head string) error {
	l, err := parseList(head)
	if err != nil {
		return nil
	}
	var failed error
	for i := range l.count {
		if err := p.ring.Delete(service, l.part(name, i)); err != nil && !errors.Is(err, ErrNone) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

func (l list) String() string {
	return fmt.Sprintf("%s%d:%d:%s:%s", listMark, l.count, l.size, l.id, l.sum)
}

func (l list) part(name string, i int) string { return name + "/" + l.id + "/" + strconv.Itoa(i) }

func parseList(head string) (list, error) {
	var l list
	rest, ok := strings.CutPrefix(head, listMark)
	fields := strings.Split(rest, ":")
	if !ok || len(fields) != 4 {
		return l, errors.New("it was not written by this program")
	}
	var err1, err2 error
	l.count, err1 = strconv.Atoi(fields[0])
	l.size, err2 = strconv.Atoi(fields[1])
	l.id, l.sum = fields[2], fields[3]
	if err := errors.Join(err1, err2); err != nil || l.count < 1 || l.count > maxParts || l.size < 1 || l.size > maxText || len(l.id) > 40 {
		return l, errors.New("its list of parts can't be read")
	}
	return l, nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}
