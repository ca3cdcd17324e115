package console_test

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
)

const goodPassword = "fjorton gröna kajutor"

// register takes somebody from the landing page to a pod of their own.
func (b *browser) register(name string) (key string) {
	b.t.Helper()
	b.get("/").on("app/")
	b.get("app/register").on("app/register")
	b.fill("name", name, "pod", name)
	key = b.confirmKey()
	b.on("app/register/credential").fill("password", goodPassword)
	return key
}

// confirmKey makes the recovery key of registration, and types its last group.
func (b *browser) confirmKey() (key string) {
	b.t.Helper()
	b.on("app/register/key").send(b.form("token"))
	f := b.on("app/register/key").form("key", "typed")
	key = f.fields.Get("key")
	groups := strings.Fields(key)
	b.fill("key", key, "typed", strings.ToLower(groups[len(groups)-1]))
	return key
}

func TestSomebodyNew(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	b := newBrowser(t, w)
	b.register("maria")
	b.on("app/home").says("maria")
	b.get("app/account").on("app/account")
	b.send(b.get("app/sign-out").on("app/sign-out").form("token")).on("app/signed-out")
	b.get("app/home").on("app/sign-in").fill("name", "Maria", "password", goodPassword).on("app/home")
}
