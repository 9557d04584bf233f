package ui

// Rect is a rectangle of cells.
type Rect struct{ X, Y, W, H int }

// Contains reports whether a cell lies inside.
func (r Rect) Contains(x, y int) bool { return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H }

// Columns splits off the left part: a share of percent, at least least cells, with gap cells between. What does not fit is
// empty, never negative.
func (r Rect) Columns(percent, least, gap int) (left, right Rect) {
	w := min(max(r.W*percent/100, least), max(0, r.W-gap))
	left = Rect{r.X, r.Y, w, r.H}
	right = Rect{r.X + w + gap, r.Y, max(0, r.W-w-gap), r.H}
	return left, right
}

// Top splits off the first n lines.
func (r Rect) Top(n int) (top, rest Rect) {
	n = min(max(0, n), r.H)
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

// Bottom splits off the last n lines.
func (r Rect) Bottom(n int) (rest, bottom Rect) {
	n = min(max(0, n), r.H)
	return Rect{r.X, r.Y, r.W, r.H - n}, Rect{r.X, r.Y + r.H - n, r.W, n}
}

// Inset takes cells away on the left and right.
func (r Rect) Inset(n int) Rect {
	n = min(n, r.W/2)
	return Rect{r.X + n, r.Y, r.W - 2*n, r.H}
}
