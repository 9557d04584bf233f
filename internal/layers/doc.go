// Package layers holds no code, only the test that keeps the house of docs/architecture.md standing: which package lies
// on which floor, which libraries it may import, and what it must never touch. The test reads the floors table of that
// page, so the page cannot become untrue without failing the build.
package layers
