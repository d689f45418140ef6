package output

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/automationregion/newsletter/internal/atomicfile"
)

// A Record remembers between runs what the files of an output folder were
// made of and how they stood there, so that those that would be made of the same
// need not be made. It is no more than a help: a file that was touched, and any
// doubt, has all made anew, and --check doesn't look at it.
type Record struct {
	file    string // where it is kept; empty to remember nothing
	byBytes bool   // a file is known by its bytes, and not by its time: the record says the same on every machine
	program string // that made them, and with which options
	made    map[string]madeFile
}

// A madeFile is a file as it stands.
type madeFile struct {
	Sum  string `json:"sum"`           // site.File.Sum
	Size int64  `json:"size,omitzero"` // in bytes
	Time int64  `json:"time,omitzero"` // of its last change, in nanoseconds
	Hash string `json:"hash,omitzero"` // of its bytes, in place of the two
}

// recordForm is what a Record is kept as.
type recordForm struct {
	Program string              `json:"program"`
	Files   map[string]madeFile `json:"files"`
}

// RecordAt reads what is remembered in a file, by this version of the program. options are what the files
// are made with, beside what they are made of.
func RecordAt(file string, byBytes bool, version string, options ...any) *Record {
	r := &Record{file: file, byBytes: byBytes, program: Program(version, options)}
	var form recordForm
	data, err := os.ReadFile(file)
	if file == "" || r.program == "" || err != nil || json.Unmarshal(data, &form) != nil || form.Program != r.program {
		return r
	}
	r.made = form.Files
	return r
}

// Program tells this program from others, and is empty if nothing can: then
// nothing is remembered.
func Program(version string, options []any) string {
	if v := version; strings.HasPrefix(v, "v") && !strings.Contains(v, "+") { // a release, the same everywhere
		return fmt.Sprint(v, " ", options)
	}
	exe, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(exe)
	if err != nil {
		return ""
	}
	return fmt.Sprint(version, " ", info.Size(), " ", info.ModTime().UnixNano(), " ", options)
}

// CacheFile returns where what is remembered of a folder is kept, in the user's
// cache folder, or nothing if there is none.
func CacheFile(dir, ending string) string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(cache, "newsletter", hex.EncodeToString(sum[:16])+ending)
}

func sumName(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:16]) }

// stands reports whether a file of the folder was made of the same, and stands as
// it was made.
func (r *Record) stands(dir, path, sum string) bool {
	if r == nil {
		return false
	}
	made, ok := r.made[path]
	if !ok || made.Sum != sum {
		return false
	}
	now, err := r.madeFrom(sum, filepath.Join(dir, filepath.FromSlash(path)))
	return err == nil && made == now
}

var errOdd = errors.New("not a regular file")

// madeFrom describes a file as it stands.
func (r *Record) madeFrom(sum, path string) (madeFile, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return madeFile{}, err
	case !info.Mode().IsRegular():
		return madeFile{}, errOdd
	case !r.byBytes:
		return madeFile{Sum: sum, Size: info.Size(), Time: info.ModTime().UnixNano()}, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return madeFile{}, err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return madeFile{}, err
	}
	return madeFile{Sum: sum, Hash: hex.EncodeToString(h.Sum(nil)[:16])}, nil
}

// Keep remembers how the files of the output stand in the folder now. That it
// can't is nobody's fault, and costs the next run some time.
func (r *Record) Keep(o Files, dir string) {
	if r == nil || r.file == "" || r.program == "" {
		return
	}
	form := recordForm{r.program, make(map[string]madeFile, len(o))}
	same := len(r.made) > 0
	for path, c := range o {
		if c.sum == "" {
			continue
		}
		if c.stands {
			form.Files[path] = r.made[path]
			continue
		}
		made, err := r.madeFrom(c.sum, filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			continue
		}
		form.Files[path] = made
		same = same && made == r.made[path]
	}
	if same && len(form.Files) == len(r.made) {
		return
	}
	data, err := json.Marshal(form)
	if err != nil || os.MkdirAll(filepath.Dir(r.file), 0o700) != nil {
		return
	}
	_ = atomicfile.Write(r.file, data, 0o600) // the next run does without
}
