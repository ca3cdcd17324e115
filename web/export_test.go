package web

import (
	"golang.org/x/crypto/acme/autocert"

	"skrin/pod"
)

// HostPolicy is hostPolicy for the tests that need a whole server.
var HostPolicy = hostPolicy

// CacheIn is where certificates are kept.
func CacheIn(vault *pod.Vault) autocert.Cache { return sealedCache{vault} }
