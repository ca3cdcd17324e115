package web

import (
	"fmt"
	"strings"

	"skrin/pod"
	"skrin/web/request"
)

// A target is what a request is aimed at: the host of a pod or, with no name, the
// server's own, and the path there as it was sent, without that of the base URL.
// With desk it is the host of the desk, and the path is the one below its address.
type target struct {
	pod, path string
	desk      bool
}

// targetOf reads what was sent, which is a path or one of our own addresses.
// Where pods have paths the Host field is never asked, but for whether it is the
// desk's. Where they have hosts of their own it chooses among them and can say
// nothing else: scheme, port and the rest of the name are those of the base URL. A
// probe that knows us by an address alone may ask how we are.
func (s *Server) targetOf(sent, host string) (target, error) {
	if s.desk.has(host) {
		path, err := s.desk.path(sent, host)
		return target{path: path, desk: true}, err
	}
	if s.site.Layout() != pod.Subdomains {
		path, err := s.ownPath(sent)
		return target{path: path}, err
	}
	path, err := pathAt(sent, s.scheme, host)
	if err != nil {
		return target{}, err
	}
	name, ours := s.site.Host(host)
	if !ours && path != healthPath {
		return target{}, errMisdirected
	}
	return target{pod: name, path: path}, nil
}

// pathAt takes the path out of a request's target that is for a host. A whole URL
// is taken when it has that host, too.
func pathAt(sent, scheme, host string) (string, error) {
	path := sent
	if len(sent) > len(scheme) && strings.EqualFold(sent[:len(scheme)], scheme) {
		end := strings.IndexByte(sent[len(scheme):], '/') + len(scheme)
		if end < len(scheme) || !strings.EqualFold(sent[len(scheme):end], host) {
			return "", fmt.Errorf("%w: it has another host than the Host field", errTarget)
		}
		path = sent[end:]
	}
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "#") {
		return "", fmt.Errorf("%w: send the path alone", errTarget)
	}
	return path, nil
}

// ownPath takes the path below the base URL out of a request's target. A whole
// URL is taken when it is one of ours.
func (s *Server) ownPath(sent string) (string, error) {
	if len(sent) > len(s.origin) && strings.EqualFold(sent[:len(s.origin)], s.origin) {
		sent = sent[len(s.origin):]
	}
	if !strings.HasPrefix(sent, "/") || strings.Contains(sent, "#") {
		return "", fmt.Errorf("%w: send the path alone", errTarget)
	}
	path, ok := strings.CutPrefix(sent, s.prefix)
	if !ok || !strings.HasPrefix(path, "/") {
		return "", request.ErrNothing
	}
	return path, nil
}
