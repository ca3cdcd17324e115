package health

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// fileName names a record: type and id when the id is plain, so that a person
// recognises it, else type and a hash. An id with other characters is hashed
// with the type, so that the next version of the resource gets the same name;
// a resource without an id is named by its content.
func fileName(typ, id string, body []byte) string {
	prefix := strings.ToLower(typ) + "-"
	switch {
	case plainName(id):
		return prefix + id
	case id != "":
		return prefix + shortHash([]byte(typ+"/"+id))
	}
	return prefix + shortHash(body)
}

// nameIfTaken is a second name, for when the first one holds something else.
func nameIfTaken(name string, body []byte) string { return name + "-" + shortHash(body) }

func shortHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// plainName says whether an id can stand in a file name as it is: small
// letters, digits and hyphens. It has no dot, so that no name ends in something
// that means more (".acl", ".meta", ".json").
func plainName(id string) bool {
	for i := 0; i < len(id); i++ {
		c := id[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return id != "" && len(id) <= 64
}
