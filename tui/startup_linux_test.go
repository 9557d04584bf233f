package tui

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fakeTerminal is a pseudo terminal whose far side is the test.
type fakeTerminal struct {
	t      *testing.T
	far    *os.File
	mu     sync.Mutex
	seen   bytes.Buffer
	cmd    *exec.Cmd
	ended  chan error
	before *unix.Termios
	near   *os.File
}

// inTerminal starts the program in a terminal of 80×24.
func inTerminal(t *testing.T, env ...string) *fakeTerminal {
	t.Helper()
	far, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	var n uint32
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, far.Fd(), unix.TIOCGPTN, uintptr(unsafe.Pointer(&n))); e != 0 {
		t.Fatal(e)
	}
	if err := unix.IoctlSetPointerInt(int(far.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	near, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(near.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		t.Fatal(err)
	}
	f := &fakeTerminal{t: t, far: far, near: near, ended: make(chan error, 1)}
	f.before, _ = unix.IoctlGetTermios(int(near.Fd()), unix.TCGETS)
	f.cmd = exec.Command(os.Args[0])
	f.cmd.Stdin, f.cmd.Stdout, f.cmd.Stderr = near, near, near
	f.cmd.Env = append([]string{programEnv + "=1", "TERM=xterm-256color", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	f.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := far.Read(buf)
			f.mu.Lock()
			f.seen.Write(buf[:n])
			f.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	go func() { f.ended <- f.cmd.Wait() }()
	t.Cleanup(func() {
		_ = f.cmd.Process.Kill()
		_ = near.Close()
		_ = far.Close()
	})
	return f
}

func (f *fakeTerminal) text() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen.String()
}

// wait waits until the program has written text, and says how long that took.
func (f *fakeTerminal) wait(text string, limit time.Duration) time.Duration {
	f.t.Helper()
	began := time.Now()
	for time.Since(began) < limit {
		if strings.Contains(f.text(), text) {
			return time.Since(began)
		}
		time.Sleep(time.Millisecond)
	}
	f.t.Fatalf("%q did not appear within %v; seen: %q", text, limit, f.text())
	return 0
}

func (f *fakeTerminal) send(keys string) {
	f.t.Helper()
	if _, err := f.far.WriteString(keys); err != nil {
		f.t.Fatal(err)
	}
}

// end waits for the end and checks that the terminal is as it was.
func (f *fakeTerminal) end() {
	f.t.Helper()
	select {
	case <-f.ended:
	case <-time.After(10 * time.Second):
		f.t.Fatalf("the program did not end; seen: %q", f.text())
	}
	f.wait("\x1b[?1049l", time.Second) // left the alternate screen
	f.wait("\x1b[?25h", time.Second)   // the cursor is back
	f.wait("\x1b[?1002l", time.Second) // the mouse is the terminal's
	after, err := unix.IoctlGetTermios(int(f.near.Fd()), unix.TCGETS)
	if err != nil || *after != *f.before {
		f.t.Errorf("terminal modes were not restored: %+v, want %+v (%v)", after, f.before, err)
	}
}

// A terminal that never answers costs Bubble Tea v1 five seconds by itself; it must cost us at most the bound.
func TestFirstFrameInSilentTerminal(t *testing.T) {
	f := inTerminal(t)
	took := f.wait("Practice login", 3*time.Second)
	t.Logf("first frame after %v", took)
	if strings.Count(f.text(), "\x1b]11;?") != 1 {
		t.Errorf("the background was asked for %d times, want once", strings.Count(f.text(), "\x1b]11;?"))
	}
	// An answer that comes too late is not typed into the program: it would quit, open the palette, and more.
	f.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;4c")
	time.Sleep(50 * time.Millisecond)
	f.send("?")
	f.wait("Open what is selected", 2*time.Second)
	f.send("\x1b")
	time.Sleep(100 * time.Millisecond)
	f.send("q")
	f.end()
}

func TestAnswerChoosesTheme(t *testing.T) {
	f := inTerminal(t, "COLORTERM=truecolor")
	f.wait("\x1b]11;?", 3*time.Second)
	f.send("\x1b]11;rgb:ffff/ffff/ffff\a\x1b[?62c")
	f.wait("Practice login", 3*time.Second)
	if light := "38;2;31;95;191"; !strings.Contains(f.text(), light) {
		t.Errorf("a white background must choose the light theme (accent %s); seen: %q", light, f.text())
	}
	f.send("\x03")
	f.end()
}

func TestThemeWithoutAsking(t *testing.T) {
	for _, env := range []string{"COLORFGBG=15;0", "NO_COLOR=1", "TERM=dumb"} {
		f := inTerminal(t, env)
		f.wait("Practice login", 3*time.Second)
		if strings.Contains(f.text(), "\x1b]11;?") {
			t.Errorf("%s: the terminal was asked for its background", env)
		}
		f.send("q")
		f.end()
	}
}

func TestSignalRestoresTerminal(t *testing.T) {
	f := inTerminal(t, "COLORFGBG=15;0")
	f.wait("Practice login", 3*time.Second)
	if err := f.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	f.end()
}

func TestPanicRestoresTerminal(t *testing.T) {
	for _, place := range []string{"update", "command"} { // the command is the one that opens the browser
		f := inTerminal(t, "COLORFGBG=15;0", panicEnv+"="+place)
		f.end()
		f.wait("please report it", time.Second)
	}
}

func TestInterruptRestoresTerminal(t *testing.T) {
	f := inTerminal(t, "COLORFGBG=15;0")
	f.wait("Practice login", 3*time.Second)
	f.send("\x03")
	f.end()
	f.wait("interrupted=true err=<nil>", time.Second)
}
