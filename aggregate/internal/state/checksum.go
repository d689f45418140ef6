package state

import (
	"bytes"
	"encoding/hex"
	"hash/crc32"
	"io"
	"os"
)

// The file of a state begins with a checksum of all that follows: a disk or a
// transfer that changed a bit of a date would else take a letter away, and nobody
// would know. It is two CRC-32C in hexadecimal digits: of what comes before the
// letters, and of the letters.
const (
	sumMark = "{\n  \"sum\": \""
	NoSum   = "0000000000000000" // until it is sealed
	sumEnd  = len(sumMark) + len(NoSum)
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Seal writes the checksum into a file that begins with the place for one.
func Seal(data []byte) { copy(data[len(sumMark):], fileSum(data)) }

// fileSum returns the checksum of a file that begins with one.
func fileSum(data []byte) string {
	head := lettersAt(data)
	if head < 0 {
		head = len(data)
	}
	return sumOfParts(crc32.Checksum(data[sumEnd:head], castagnoli), crc32.Checksum(data[head:], castagnoli))
}

// lettersAt returns where the letters of a file begin that begins with a checksum, or
// -1. What the checksum itself says is anything.
func lettersAt(data []byte) int {
	at := bytes.Index(data[sumEnd:], []byte(lettersMark))
	if at < 0 {
		return -1
	}
	return sumEnd + at
}

func sumOfParts(head, letters uint32) string {
	var sum [8]byte
	for i := range 4 {
		sum[i], sum[4+i] = byte(head>>(24-8*i)), byte(letters>>(24-8*i))
	}
	return hex.EncodeToString(sum[:])
}

// givenSum returns the checksum that a file begins with, or nothing if somebody
// took it away.
func givenSum(data []byte) string {
	if len(data) < sumEnd || !bytes.HasPrefix(data, []byte(sumMark)) {
		return ""
	}
	return string(data[len(sumMark):sumEnd])
}

// IsIntact reports whether a file is as it was written, as far as that is known.
func IsIntact(data []byte) bool {
	sum := givenSum(data)
	return sum == "" || sum == fileSum(data)
}

// isIntact reports it of a file of which the reader has the beginning, up to the
// letters or beyond, and f gives the rest.
func (r *Reader) isIntact(f *os.File) bool {
	sum := givenSum(r.buf)
	if sum == "" {
		return true
	}
	at := lettersAt(r.buf)
	if at < 0 {
		return false
	}
	head, letters := crc32.Checksum(r.buf[sumEnd:at], castagnoli), crc32.Checksum(r.buf[at:], castagnoli)
	if r.rest == nil {
		r.rest = make([]byte, 32<<10)
	}
	for {
		n, err := f.Read(r.rest)
		letters = crc32.Update(letters, castagnoli, r.rest[:n])
		if err == io.EOF {
			return sum == sumOfParts(head, letters)
		}
		if err != nil {
			return false
		}
	}
}
