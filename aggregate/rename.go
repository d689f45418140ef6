package aggregate

// renames are the IDs that letters had to be given: by the key of their partner,
// and by the ID that they had.
type renames map[string]map[string]string

// rename gives a record of a partner an ID of its own.
func (n renames) rename(key string, r *Record) {
	now := derivedID(key, r.GUID, r.Letter.URL)
	if n[key] == nil {
		n[key] = map[string]string{}
	}
	n[key][r.Letter.ID] = now
	r.Letter.ID = now
}
