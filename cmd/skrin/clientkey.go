package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"skrin/internal/jose"
)

// A client key is how this host says who it is to an issuer elsewhere that wants a signature instead of a secret:
// "key_file" of --sign-in-with.

type keysNewCommand struct {
	File string `arg:"" help:"File to put the private key into; it must not exist yet."`
	Alg  string `enum:"RS256,PS256,ES256" default:"RS256" help:"What it signs with: RS256 (which every issuer takes), PS256 or ES256."`
}

// Run makes a key, keeps it in a file of the owner's, and prints the half that the issuer is to have.
func (c *keysNewCommand) Run(_ context.Context, t *terminal) error {
	key, err := jose.GenerateKey(jose.Algorithm(c.Alg))
	if err != nil {
		return err
	}
	text, err := key.MarshalPrivate()
	if err != nil {
		return err
	}
	defer clear(text)
	if err := writeSecret(c.File, func(out io.Writer) error {
		_, err := out.Write(append(text, '\n'))
		return err
	}); err != nil {
		return fmt.Errorf("keeping the new key: %w", err)
	}
	t.say("A private key was made: %s\nName it as \"key_file\" in the file of --sign-in-with, and register this at the issuer:", c.File)
	return printClientKey(t, key)
}

type keysShowCommand struct {
	File   string `arg:"" type:"existingfile" help:"File with the private key, a JWK or PEM."`
	KeyID  string `name:"key-id" placeholder:"ID" help:"Its name, where \"key_id\" gives it one."`
	KeyAlg string `name:"key-alg" placeholder:"ALG" help:"What it signs with, where \"key_alg\" says so."`
}

// Run prints the half of a key that the issuer is to have.
func (c *keysShowCommand) Run(_ context.Context, t *terminal) error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	defer clear(text)
	warnExposed(t, "the key", c.File)
	key, err := jose.ImportPrivateKey(text, jose.Algorithm(c.KeyAlg), c.KeyID)
	if err != nil {
		return fmt.Errorf("the key in %s: %w", c.File, err)
	}
	return printClientKey(t, key)
}

// printClientKey prints a set of one, as issuers want to have it.
func printClientKey(t *terminal, key *jose.PrivateKey) error {
	public, err := key.Advertise()
	if err != nil {
		return err
	}
	return t.json(map[string][]json.RawMessage{"keys": {public}})
}
