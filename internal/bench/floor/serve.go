package main

import (
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
)

// floor is what its requests need.
type floor struct {
	base, issuer  string
	owner, reader string
	line          bool
	store         *store
	guard         *guard
}

// serve answers one request. Paths are keys as they come.
func (f *floor) serve(c *fiber.Ctx) error {
	method, path := c.Method(), string(c.Request().URI().PathOriginal())
	who, ok := f.guard.who(c.Get("Authorization"), c.Get("DPoP"), method, f.base+path[1:], time.Now())
	if !ok {
		return c.SendStatus(http.StatusUnauthorized)
	}
	if who != f.owner && (who != f.reader || method == http.MethodPut) {
		return c.SendStatus(http.StatusForbidden)
	}
	switch method {
	case http.MethodGet, http.MethodHead:
		return f.get(c, path, who)
	case http.MethodPut:
		return f.put(c, path)
	}
	return c.SendStatus(http.StatusMethodNotAllowed)
}

func (f *floor) get(c *fiber.Ctx, path, who string) error {
	r, err := f.store.get(path)
	if errors.Is(err, errAbsent) {
		return c.SendStatus(http.StatusNotFound)
	} else if err != nil {
		return err
	}
	if f.line && who != f.owner {
		if err := f.store.note(time.Now(), who, path); err != nil {
			return err
		}
	}
	c.Set("ETag", `"`+hex.EncodeToString(r.version[:])+`"`)
	c.Set("Link", "<"+f.base+path[1:]+`.acl>; rel="acl"`)
	c.Set("Content-Type", r.mediaType)
	return c.Send(r.body)
}

func (f *floor) put(c *fiber.Ctx, path string) error {
	created, err := f.store.put(path, string(c.Request().Header.ContentType()), c.Body())
	switch {
	case err != nil:
		return err
	case created:
		return c.SendStatus(http.StatusCreated)
	}
	return c.SendStatus(http.StatusNoContent)
}
