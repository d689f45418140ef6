package newsletter

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// hashID returns an ID made of what the letter says, and of another ID that it
// is to differ from.
func (l *Letter) hashID(differs string) string {
	return nameUUID("letter", differs, l.URL, l.Title, l.Summary, l.Content, Byline(l.Authors), l.Published.UTC().Format(time.RFC3339Nano))
}

// nameUUID returns a UUID as a URN (RFC 9562, section 5.8) that stands for the
// strings, and for them alone.
func nameUUID(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	var uuid [16]byte
	copy(uuid[:], h.Sum(nil))
	uuid[6] = uuid[6]&0x0F | 0x80 // version 8
	uuid[8] = uuid[8]&0x3F | 0x80 // variant
	s := hex.EncodeToString(uuid[:])
	return "urn:uuid:" + s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
