package newsletter

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/automationregion/newsletter/internal/text"
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
	return text.UUIDOf(h.Sum(nil), 8).URN()
}
