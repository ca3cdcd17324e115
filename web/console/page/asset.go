package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
)

//go:embed assets/*
var assetFiles embed.FS

// File is what pages refer to: a style sheet, a script, a picture. It never
// changes: another content has another name.
type File struct {
	MediaType string
	Body      []byte // not to be changed
}

// assets are found by the name that has their hash in it, hashed leads there
// from the plain one.
var assets, hashed = mustReadAssets()

var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func mustReadAssets() (byPath map[string]File, paths map[string]string) {
	byPath, paths = map[string]File{}, map[string]string{}
	entries, err := assetFiles.ReadDir("assets")
	for _, e := range entries {
		var body []byte
		if body, err = assetFiles.ReadFile("assets/" + e.Name()); err != nil {
			break
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		to := "assets/" + strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		byPath[to], paths[e.Name()] = File{assetTypes[ext], body}, to
	}
	if err != nil {
		panic(fmt.Sprintf("page: the assets: %v", err))
	}
	return byPath, paths
}

// Asset gives what stands at a path below Root: "assets/style.3fa9c1b2c3d4.css".
func Asset(path string) (File, bool) {
	a, ok := assets[strings.TrimPrefix(path, "/")]
	return a, ok
}

// assetPath is where an asset stands, below Root.
func assetPath(name string) (string, error) {
	to, ok := hashed[name]
	if !ok {
		return "", fmt.Errorf("page: no asset %q", name)
	}
	return to, nil
}
