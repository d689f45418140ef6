package postgres

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/automationregion/newsletter/internal/serve"
)

// A Document is one form of the published newsletter, as readers get it.
type Document struct {
	Name     string // such as atom.xml
	Type     string // media type
	Body     []byte
	ETag     string    // quotes and all; made of the body where it is empty
	Modified time.Time // when the body last changed; set when it is published
}

// Document returns a document that was published. If there is none of this name
// the error is [fs.ErrNotExist].
func (s *Store) Document(ctx context.Context, name string) (*Document, error) {
	d := &Document{Name: name}
	err := s.pool.QueryRow(ctx, `SELECT type, body, etag, modified FROM document WHERE name = $1`, name).Scan(&d.Type, &d.Body, &d.ETag, &d.Modified)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("document %s: %w", name, fs.ErrNotExist)
	}
	if err != nil {
		return nil, failed(err)
	}
	d.Modified = d.Modified.UTC()
	return d, nil
}

// Documents serves the documents by their names, such as /atom.xml, as they are in
// the database at the time of the request: all processes serve the same. It
// answers conditional requests (RFC 9110, section 13).
func (s *Store) Documents() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !serve.ReadOnly(w, r) {
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if strings.ContainsRune(name, 0) { // which no text in the database has
			http.NotFound(w, r)
			return
		}
		d, err := s.Document(r.Context(), strings.ToValidUTF8(name, "\uFFFD"))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			http.NotFound(w, r)
			return
		case err != nil:
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", d.Type)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("ETag", d.ETag)
		http.ServeContent(w, r, "", d.Modified, bytes.NewReader(d.Body))
	})
}

// write writes the documents that changed, and tells who serves them.
func (p *Publisher) write(ctx context.Context, tx pgx.Tx, documents []Document) (changed bool, err error) {
	now := p.now().UTC().Truncate(time.Second)
	names := make([]string, len(documents))
	for i := range documents {
		d := &documents[i]
		names[i] = d.Name
		if d.Body == nil {
			d.Body = []byte{} // NULL is no body
		}
		if d.ETag == "" {
			sum := sha256.Sum256(d.Body)
			d.ETag = `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		}
		tag, err := tx.Exec(ctx, `INSERT INTO document AS d (name, type, body, etag, modified) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (name) DO UPDATE SET type = excluded.type, body = excluded.body, etag = excluded.etag, modified = greatest(d.modified + '1 second', excluded.modified)
			WHERE d.etag <> excluded.etag OR d.type <> excluded.type`, d.Name, d.Type, d.Body, d.ETag, now)
		if err != nil {
			return false, err
		}
		changed = changed || tag.RowsAffected() > 0
	}
	tag, err := tx.Exec(ctx, `DELETE FROM document WHERE NOT name = ANY($1)`, names)
	if err != nil {
		return false, err
	}
	if changed = changed || tag.RowsAffected() > 0; changed {
		_, err = tx.Exec(ctx, `SELECT pg_notify('newsletter_document', '')`)
	}
	return changed, err
}
