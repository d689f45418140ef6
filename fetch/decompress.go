package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

const (
	acceptEncoding = "gzip, br, zstd, deflate"
	maxEncodings   = 2       // of one body, within each other
	zstdWindow     = 8 << 20 // bytes; what RFC 9659 allows in HTTP
)

var (
	errTransferTooLarge = limitError("too many bytes came over the wire")
	errBodyTooLarge     = limitError("too many bytes after decompression")
	errEncoding         = errors.New("Content-Encoding that is not known")
)

// gzipReaders are kept because each has some 40 KB of tables.
type gzipReaders struct{ pool sync.Pool }

// decompress undoes the content encodings that a header names (RFC 9110,
// section 8.4). A body that is plainly not in the encoding that it claims is
// taken as it is, and gzip that isn't declared is undone too, because both are
// common. Close the result.
//
// maxBody bounds what comes between two encodings; the caller bounds the end.
func (p *gzipReaders) decompress(r io.Reader, header []string, maxBody int64) (io.ReadCloser, error) {
	var encodings []string
	for _, line := range header {
		for e := range strings.SplitSeq(line, ",") {
			if e = strings.ToLower(strings.TrimSpace(e)); e != "" && e != "identity" {
				encodings = append(encodings, e)
			}
		}
	}
	if len(encodings) > maxEncodings {
		return nil, fmt.Errorf("%w: %d of them", errEncoding, len(encodings))
	}
	if len(encodings) == 0 {
		encodings = []string{"gzip"} // if it looks like it
	}
	s := &decompressed{Reader: r}
	for i := len(encodings) - 1; i >= 0; i-- {
		if i < len(encodings)-1 {
			s.Reader = &limitReader{r: s.Reader, left: maxBody, err: errBodyTooLarge}
		}
		if err := p.undo(s, encodings[i]); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// decompressed is a body with the readers to close after it.
type decompressed struct {
	io.Reader
	closers []func()
}

func (d *decompressed) Close() error {
	for _, c := range d.closers {
		c()
	}
	d.closers = nil
	return nil
}

// undo puts one more reader onto d.
func (p *gzipReaders) undo(d *decompressed, encoding string) error {
	br := bufio.NewReaderSize(d.Reader, 512)
	head, err := br.Peek(4)
	d.Reader = br
	switch {
	case len(head) > 0:
	case err == io.EOF:
		d.Reader = bytes.NewReader(nil)
		return nil
	default:
		return err
	}
	switch encoding {
	case "gzip", "x-gzip":
		if !bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
			return nil
		}
		z, _ := p.pool.Get().(*gzip.Reader)
		if z == nil {
			z = new(gzip.Reader)
		}
		if err := z.Reset(br); err != nil {
			return err
		}
		d.Reader = z
		d.closers = append(d.closers, func() { p.pool.Put(z) })
	case "br":
		d.Reader = brotli.NewReader(br)
	case "zstd":
		if !bytes.Equal(head, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
			return nil
		}
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return err
		}
		d.Reader = z
		d.closers = append(d.closers, z.Close)
	case "deflate":
		// RFC 9110 means zlib; some servers send the naked stream.
		if len(head) >= 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			z, err := zlib.NewReader(br)
			if err != nil {
				return err
			}
			d.Reader = z
			d.closers = append(d.closers, func() { z.Close() })
			return nil
		}
		if head[0] == '<' || head[0] == '{' {
			return nil
		}
		z := flate.NewReader(br)
		d.Reader = z
		d.closers = append(d.closers, func() { z.Close() })
	default:
		return fmt.Errorf("%w: %q", errEncoding, encoding)
	}
	return nil
}

// limitReader fails with err when more than left bytes come.
type limitReader struct {
	r    io.Reader
	left int64
	read int64
	err  error // to fail with
	last error // that came from r, or err
}

// blame says whether an error came from r or, if r has nothing to do with it,
// from what undoes the compression.
func (l *limitReader) blame(err error) error {
	if l.last != nil && l.last != io.EOF || errors.Is(err, errBodyTooLarge) || errors.Is(err, errEncoding) {
		return err
	}
	return fmt.Errorf("%w: %w", errEncoded, err)
}

func (l *limitReader) Read(p []byte) (n int, err error) {
	defer func() { l.last = err }()
	if l.left <= 0 {
		var one [1]byte // is that the end, or the limit?
		if n, err := l.r.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, l.err
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err = l.r.Read(p)
	l.left -= int64(n)
	l.read += int64(n)
	return n, err
}
