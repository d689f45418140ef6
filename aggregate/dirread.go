package aggregate

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
)

// open opens a file and says what it is.
func open(path string) (*os.File, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

var errTooLong = errors.New("the file is too long")

// readFile reads a file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	f, info, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info.Size() > limit {
		return nil, errTooLong
	}
	data := make([]byte, info.Size())
	n, err := io.ReadFull(f, data)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return data[:n], err
}

// readHead reads the beginning of a state's file, if its letters can be left
// out; else the state is nil.
func readHead(path, key string) (*State, error) {
	f, info, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, 0, 4<<10)
	for len(data) < maxHead {
		n, err := io.ReadFull(f, data[len(data):cap(data)])
		data = data[:len(data)+n]
		if st, ok := decodeHead(data, info.Size(), key); ok {
			st.written, st.length = info.ModTime(), info.Size()
			return st, nil
		}
		if err != nil || bytes.Contains(data, []byte(lettersMark)) {
			return nil, nil // the whole file may tell more
		}
		data = slices.Grow(data, 3*len(data))
	}
	return nil, nil
}

var errChanged = errors.New("the file was replaced")

// readLetters reads the first n letters of a state from its file.
func readLetters(path string, st *State, n int) ([]*Record, error) {
	f, info, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if !info.ModTime().Equal(st.written) || info.Size() != st.length {
		return nil, errChanged
	}
	return st.decodeLetters(io.NewSectionReader(f, st.lettersAt, st.length-st.lettersAt), n)
}

// maxHead bounds how many bytes are read in search of the letters of a state.
const maxHead = 256 << 10

// readAt fills buf from a place in a file.
func readAt(path string, buf []byte, from int64) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.ReadAt(buf, from)
	return err
}
