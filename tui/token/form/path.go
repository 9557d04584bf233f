package form

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// maxEntries bounds how many names of a folder are read.
const maxEntries = 5000

// Complete completes a path as a shell does: as far as all names agree. found are the paths that it could go on with, when there are
// several; folders end in the separator. A ~ at the beginning stands for the home folder and stays in the text.
func Complete(path string) (completed string, found []string) {
	cut := strings.LastIndexByte(filepath.ToSlash(path), '/') + 1
	folder, begin := path[:cut], path[cut:]
	if path == "~" {
		return "~" + string(filepath.Separator), nil
	}
	for _, name := range names(folder, begin) {
		found = append(found, folder+name)
	}
	switch len(found) {
	case 0:
		return path, nil
	case 1:
		return found[0], nil
	}
	return commonPrefix(found), found
}

// names are the entries of a folder that begin like that, without the hidden ones unless they are asked for.
func names(folder, begin string) []string {
	where := ui.ExpandHome(folder)
	if where == "" {
		where = "."
	}
	dir, err := os.Open(where)
	if err != nil {
		return nil
	}
	defer dir.Close()
	entries, _ := dir.ReadDir(maxEntries)
	var list []string
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, begin) || begin == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if info, err := os.Stat(filepath.Join(where, name)); err == nil && info.IsDir() {
			name += string(filepath.Separator)
		}
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func commonPrefix(texts []string) string {
	prefix := texts[0]
	for _, t := range texts[1:] {
		for !strings.HasPrefix(t, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return strings.ToValidUTF8(prefix, "")
}

// base is the last name of a path, with its separator when it is a folder.
func base(path string) string {
	trimmed := strings.TrimRight(path, `/\`)
	return trimmed[strings.LastIndexAny(trimmed, `/\`)+1:] + path[len(trimmed):]
}

func fieldID(i int) string { return fmt.Sprintf("field.%d", i) }
func foundID(i int) string { return fmt.Sprintf("found.%d", i) }

// parseID takes a row's ID apart.
func parseID(id string) (kind string, index int) {
	kind, number, _ := strings.Cut(id, ".")
	index, _ = strconv.Atoi(number)
	return kind, index
}
