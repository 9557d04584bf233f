// Command pictures makes the pictures of docs/pictures: it builds the program, runs it in a terminal, presses keys, and has
// Chromium draw what the terminal shows. What the pictures show is what the program shows, to the letter. PICTURES names
// another folder to put them in.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/e2e/tmux"
	"github.com/oidcscope/oidcscope/e2e/webdriver"
)

// The terminal of the pictures, in cells; and the window that holds its page, in pixels.
const (
	columns, rows = 120, 36
	window        = 1400
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

// run makes the named pictures, or all of them.
func run(names []string) error {
	dir, err := os.MkdirTemp("", "pictures")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s := studio{binary: filepath.Join(dir, "bin", "oidcscope"), dir: dir}
	if out, err := exec.Command("go", "build", "-o", s.binary, "./cmd/oidcscope").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	if s.browser, err = webdriver.Start(window, window); err != nil {
		return err
	}
	defer s.close()
	for _, scene := range scenes {
		if len(names) > 0 && !slices.Contains(names, scene.name) {
			continue
		}
		if err := s.take(scene); err != nil {
			return fmt.Errorf("%s: %w", scene.name, err)
		}
	}
	return nil
}

// studio is where scenes are played.
type studio struct {
	binary, dir string
	browser     *webdriver.Browser
	atEnd       []func()
}

func (s *studio) close() {
	for _, end := range s.atEnd {
		end()
	}
	s.browser.Close()
}

// take plays a scene and saves what is on the screen at its end.
func (s *studio) take(c scene) error {
	command, err := c.command(s)
	if err != nil {
		return err
	}
	height := c.rows
	if height == 0 {
		height = rows
	}
	term, err := tmux.Start(tmux.Options{
		Width: columns, Height: height, Command: command,
		Env: []string{"HOME=" + s.dir, "XDG_CONFIG_HOME=" + s.dir, "NO_COLOR=", "COLORFGBG=15;0", "BROWSER=true", "SSH_CONNECTION="},
	})
	if err != nil {
		return err
	}
	defer term.Close()
	for _, act := range c.acts {
		if err := act(s, term); err != nil {
			return err
		}
	}
	file := filepath.Join(cmp.Or(os.Getenv("PICTURES"), filepath.Join("docs", "pictures")), c.name+".png")
	screen := term.Styled()
	if c.lines > 0 {
		screen = strings.Join(strings.SplitN(screen, "\n", c.lines+1)[:c.lines], "\n")
	}
	if err := s.draw(screen, file); err != nil {
		return err
	}
	fmt.Println(file)
	return nil
}

// draw has the browser show a screen and saves its picture, cut to what is drawn on.
func (s *studio) draw(styled, file string) error {
	html := filepath.Join(s.dir, "screen.html")
	if err := os.WriteFile(html, []byte(page(styled)), 0o600); err != nil {
		return err
	}
	if err := s.browser.Open("file://" + html); err != nil {
		return err
	}
	data, err := s.browser.Screenshot()
	if err != nil {
		return err
	}
	shot, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, cut(shot)); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}

// cut removes the empty right and bottom of a picture but for a margin, and keeps its 256 most frequent colours, which for
// text are nearly all: the pictures live in the repository, so they should be small.
func cut(shot image.Image) image.Image {
	const margin = 16
	b := shot.Bounds()
	paper := shot.At(b.Min.X, b.Min.Y)
	right, bottom := b.Min.X, b.Min.Y
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if shot.At(x, y) != paper {
				right, bottom = max(right, x), max(bottom, y)
			}
		}
	}
	size := image.Rect(b.Min.X, b.Min.Y, min(right+margin, b.Max.X), min(bottom+margin, b.Max.Y))
	small := image.NewPaletted(size, frequent(shot, size))
	draw.Draw(small, size, shot, size.Min, draw.Src)
	return small
}

func frequent(shot image.Image, within image.Rectangle) color.Palette {
	count := make(map[color.Color]int)
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			count[shot.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return count[b] - count[a] })
	return colours[:min(len(colours), 256)]
}
