package config

// Nearest gives the candidate that word was probably meant to be, or "" when none is near: at most a third of its letters
// may be wrong, missing, extra or swapped with their neighbour.
func Nearest(word string, candidates []string) string {
	best, allowed := "", len(word)/3
	for _, c := range candidates {
		if d := distance(word, c); d <= allowed {
			best, allowed = c, d-1
		}
	}
	return best
}

// distance counts the edits between two words (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
