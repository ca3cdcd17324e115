package desk

import (
	"context"
	"sync"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/internal/outbound"
	"skrin/linkeddata"
)

// Back is the host's side of the desk, in a process that serves nobody.
type Back struct {
	Accounts *account.Accounts
	Provider func() (*provider.Provider, error) // makes it when it is asked for, and with the first one signing keys
	Issuer   linkeddata.IRI
	Settled  Settled

	journal *journal
}

// OpenBack opens the host's side of the desk. Of conf it takes Vault, App, Now and Log.
func OpenBack(ctx context.Context, conf Config) (*Back, error) {
	conf.fill()
	b := &Back{Issuer: conf.Issuer(), journal: newJournal(conf.Vault, conf.Log)}
	kept := recordsOf(conf.Vault)
	b.Provider = sync.OnceValues(func() (*provider.Provider, error) {
		fetch := outbound.New(outbound.Config{Base: conf.Vault.Base()}) // asks nobody: no client's document is read here
		return provider.New(provider.Config{Issuer: b.Issuer, Records: kept, Fetch: fetch, Now: conf.Now})
	})
	var err error
	b.Accounts, err = account.New(account.Config{Records: kept, Now: conf.Now, Events: b.journal.account})
	if err == nil {
		b.Settled, err = settle(ctx, conf, b.Accounts, b.Provider)
	}
	if err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// Close writes what is still to be written. The vault is still open.
func (b *Back) Close() { b.journal.close() }
