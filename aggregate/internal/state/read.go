package state

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// open opens a file and says what it is. It waits for nobody who writes to a pipe.
func open(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, &fs.PathError{Op: "open", Path: path, Err: errNoFile}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

var errNoFile = errors.New("it is no file")

// ErrTooLong says that a file is longer than may be.
var ErrTooLong = errors.New("the file is too long")

// ReadFile reads a file of at most limit bytes.
func ReadFile(path string, limit int64) ([]byte, error) {
	f, info, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info.Size() > limit {
		return nil, ErrTooLong
	}
	data := make([]byte, info.Size())
	n, err := io.ReadFull(f, data)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return data[:n], err
}

// maxHead bounds how many bytes are read in search of the letters of a state,
// and keptHead those that are kept for the next file.
const (
	maxHead  = 256 << 10
	keptHead = 32 << 10
)

// Readers lend readers of states' files, because a run needs one for each
// partner.
type Readers struct{ pool sync.Pool }

// A Reader reads as little of a state's file as is wanted.
type Reader struct {
	buf  []byte
	rest []byte // room for what is only looked through
	dec  jsontext.Decoder
}

// Get lends a reader.
func (rs *Readers) Get() *Reader {
	if r, ok := rs.pool.Get().(*Reader); ok {
		return r
	}
	return &Reader{buf: make([]byte, 0, 8<<10)}
}

// Put takes it back.
func (rs *Readers) Put(r *Reader) {
	if cap(r.buf) <= keptHead {
		r.dec.Reset(strings.NewReader("")) // lets go of the file
		rs.pool.Put(r)
	}
}

// Head reads the beginning of a state's file, with the index of its letters. It is
// not ok if the whole file may tell more.
func (r *Reader) Head(path string) (f File, ok bool, err error) {
	file, info, err := open(path)
	if err != nil {
		return f, false, err
	}
	defer file.Close()
	if r.untilLetters(file) != nil || !r.isIntact(file) {
		return f, false, nil
	}
	f, ok = decodeHead(r.buf, info.Size())
	return f, ok, nil
}

// Letters reads the first n letters of a state from its file.
func (r *Reader) Letters(path string, n int) ([]Record, error) {
	f, _, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := r.untilLetters(f); err != nil {
		return nil, err
	}
	at := bytes.Index(r.buf, []byte(lettersMark)) + len(lettersMark) - len("[")
	r.dec.Reset(io.MultiReader(bytes.NewReader(r.buf[at:]), f), jsontext.AllowInvalidUTF8(true))
	return decodeLetters(&r.dec, n)
}

var errNoLetters = errors.New("no letters at the beginning of the file")

// untilLetters reads a file until lettersMark, and some more.
func (r *Reader) untilLetters(f *os.File) error {
	r.buf = r.buf[:0]
	for len(r.buf) < maxHead {
		n, err := f.Read(r.buf[len(r.buf):cap(r.buf)])
		if r.buf = r.buf[:len(r.buf)+n]; bytes.Contains(r.buf, []byte(lettersMark)) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(r.buf) == cap(r.buf) {
			r.buf = slices.Grow(r.buf, 3*len(r.buf))
		}
	}
	return errNoLetters
}
