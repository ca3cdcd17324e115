package solid

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"skrin/web/request"
)

// byteRange is a part of a body: length bytes from start on.
type byteRange struct{ start, length int64 }

// parseRange reads a Range field for a body of the given size (RFC 9110 section
// 14). It says false when the field asks for nothing that we give parts of:
// another unit, several ranges, or no valid range; then the whole is sent.
// ErrRange: the range is valid and the body has none of it.
func parseRange(field string, size int64) (byteRange, bool, error) {
	spec, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(field)), "bytes=")
	spec = strings.TrimSpace(spec)
	from, to, dash := strings.Cut(spec, "-")
	if !ok || !dash || strings.Contains(spec, ",") {
		return byteRange{}, false, nil
	}
	if from == "" {
		n, valid := position(to)
		switch {
		case !valid:
			return byteRange{}, false, nil
		case n == 0 || size == 0:
			return byteRange{}, false, request.ErrRange
		}
		n = min(n, size) // a suffix longer than the body is the whole body
		return byteRange{size - n, n}, true, nil
	}
	start, valid := position(from)
	end := size - 1
	if to != "" && valid {
		var last int64
		if last, valid = position(to); last < start {
			return byteRange{}, false, nil
		}
		end = min(end, last)
	}
	switch {
	case !valid:
		return byteRange{}, false, nil
	case start >= size:
		return byteRange{}, false, request.ErrRange
	}
	return byteRange{start, end - start + 1}, true, nil
}

// position reads decimal digits; a number beyond what an int64 holds is the greatest.
func position(s string) (int64, bool) {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil && s != "" {
		return 1<<63 - 1, true
	}
	return n, s != ""
}

// ifRange says whether the part may be sent: there is no If-Range, or it names
// exactly what is there now, strongly (RFC 9110 section 13.1.5).
func ifRange(header http.Header, tag string, modified time.Time) bool {
	field := header.Get("If-Range")
	if field == "" || field == tag {
		return true
	}
	at, err := http.ParseTime(field)
	return err == nil && at.Equal(modified.Truncate(time.Second))
}

// contentRange writes the field of a 206.
func (b byteRange) contentRange(size int64) string {
	return "bytes " + strconv.FormatInt(b.start, 10) + "-" + strconv.FormatInt(b.start+b.length-1, 10) + "/" + strconv.FormatInt(size, 10)
}
