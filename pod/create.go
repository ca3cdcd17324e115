package pod

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"skrin/acl"
	"skrin/crypto"
	"skrin/linkeddata"
)

// Info is what the host knows of a pod.
type Info struct {
	ID      ID
	Name    string
	Owner   linkeddata.IRI
	Root    linkeddata.IRI // the root container
	Created time.Time
	Quota   int64 // bytes that it may use; 0: the vault's default, Unlimited: no end
}

// NewPod says what kind of pod is wanted.
type NewPod struct {
	Name    string
	Owner   linkeddata.IRI   // zero: the WebID that the pod itself hosts, {root}profile/card#me
	Issuers []linkeddata.IRI // who may vouch for the owner, if the pod hosts the WebID
}

// Created is a new pod. Recovery opens it when the host key is lost; it is kept
// nowhere, so this is the only moment to give it to the owner.
type Created struct {
	Info
	Recovery *crypto.RecoveryKey
}

// Create makes a pod with its containers, profile and root ACL. ErrPodName and
// ErrPodExists tell what is wrong with the name.
func (v *Vault) Create(ctx context.Context, want NewPod) (Created, error) {
	if err := CheckName(want.Name); err != nil {
		return Created{}, err
	}
	v.creates.Lock()
	defer v.creates.Unlock()
	old, err := v.host.pod(want.Name)
	if err != nil {
		return Created{}, err
	}
	if old.ID != "" {
		return Created{}, fmt.Errorf("%w: %q", ErrPodExists, want.Name)
	}
	root, err := v.site.Root(want.Name)
	if err != nil {
		return Created{}, err
	}
	if want.Owner.IsZero() {
		want.Owner = webID(root)
	}
	made := Created{Info: Info{ID: newID(), Name: want.Name, Owner: want.Owner, Root: root, Created: v.clock.now().UTC()}}
	if made.Recovery, err = v.makeFiles(made.Info); err != nil {
		return Created{}, err
	}
	err = v.seed(ctx, made.Info, want.Issuers)
	if err == nil {
		err = v.asOwner(made.Info).keepSeeded(ctx)
	}
	if err != nil {
		v.expel(made.ID)
		v.removeFiles(made.ID)
		return Created{}, fmt.Errorf("make pod: %w", err)
	}
	return made, v.host.addPod(podRecord{
		ID: made.ID.String(), Name: made.Name, Owner: relativeTo(root, made.Owner), Created: made.Created,
	})
}

// makeFiles makes the key, its slots and an empty pod file.
func (v *Vault) makeFiles(p Info) (*crypto.RecoveryKey, error) {
	if err := makeDir(filepath.Dir(v.podPath(p.ID))); err != nil {
		return nil, diskError(err)
	}
	key := crypto.NewPodKey()
	recovery, err := crypto.GenerateRecoveryKey()
	if err != nil {
		return nil, err
	}
	host, err := crypto.SealHost(v.key, p.ID, key)
	if err != nil {
		return nil, err
	}
	spare, err := crypto.SealRecovery(recovery, p.ID, key)
	if err != nil {
		return nil, err
	}
	if err := v.writeSlots(p.ID, []crypto.Slot{host, spare}); err != nil {
		return nil, err
	}
	keys, err := crypto.NewKeyring(p.ID, key)
	if err != nil {
		return nil, err
	}
	defer keys.Destroy()
	return recovery, v.makeStore(p, keys, recovery.Recipient())
}

func (v *Vault) makeStore(p Info, keys *crypto.Keyring, recovery string) error {
	s, err := openStore(v.podFile(p.ID), podBuckets...)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(info{Format: podFormat, Name: p.Name, Owner: relativeTo(p.Root, p.Owner), Root: p.Root.String(), Created: p.Created})
	if err != nil {
		return err
	}
	h := &handle{id: p.ID, keys: keys}
	root := node{key: h.dirKey(nodeID{}, ""), entry: entry{node: newNode(), container: true, created: p.Created, modified: p.Created}}
	_, err = s.update(func(t *tx) error {
		if root.entry.version, err = t.nextVersion(); err != nil {
			return err
		}
		return errors.Join(
			t.put(bHeader, keyFormat, []byte{podFormat}),
			h.seal(t, bHeader, keyInfo, 0, plain),
			h.seal(t, bHeader, keyRecovery, 0, []byte(recovery)),
			h.save(t, &root),
		)
	})
	return errors.Join(err, s.close(), syncDir(filepath.Dir(v.podPath(p.ID))))
}

// webID is the address of the person in the profile that the pod itself hosts.
func webID(root linkeddata.IRI) linkeddata.IRI {
	return linkeddata.MustIRI(root.String() + "profile/card#me")
}

// Lookup finds a pod by name. ErrNoPod: there is none.
func (v *Vault) Lookup(name string) (Info, error) {
	v.mu.Lock()
	p, known := v.known[name]
	gone, closed := v.gone, v.closed
	v.mu.Unlock()
	switch {
	case closed:
		return Info{}, ErrClosed
	case known:
		return p, nil
	case !soundName(name):
		return Info{}, ErrNoPod
	}
	r, err := v.host.pod(name)
	if err != nil {
		return Info{}, err
	}
	if r.ID == "" {
		return Info{}, ErrNoPod
	}
	if p, err = v.infoOf(r); err != nil {
		return Info{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.gone == gone {
		v.known[name] = p
	}
	return p, nil
}

// forget drops what was remembered of a pod that is gone.
func (v *Vault) forget(name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.gone++
	delete(v.known, name)
}

// Pods lists all pods by name.
func (v *Vault) Pods() ([]Info, error) {
	v.mu.Lock()
	closed := v.closed
	v.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	records, err := v.host.pods()
	if err != nil {
		return nil, err
	}
	list := make([]Info, 0, len(records))
	for _, r := range records {
		p, err := v.infoOf(r)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Info) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

func (v *Vault) infoOf(r podRecord) (Info, error) {
	p := Info{Name: r.Name, Created: r.Created, Quota: r.Quota}
	var errs [3]error
	p.ID, errs[0] = ParseID(r.ID)
	p.Root, errs[1] = v.site.Root(r.Name)
	owner := r.Owner
	if owner != "" && owner[0] == '/' {
		owner = p.Root.String() + owner[1:]
	}
	p.Owner, errs[2] = linkeddata.ParseIRI(owner)
	if err := errors.Join(errs[:]...); err != nil {
		return Info{}, fmt.Errorf("%w: host.db: %w", ErrDamaged, err)
	}
	return p, nil
}

// Delete erases a pod: its slots first, so that from then on nothing of it can
// be opened, then its files. Readers that are in the middle of it get errors.
// What is stopped on the way, or fails, goes on when the vault is opened next.
// The name stays that of somebody who was here: see Former. Whoever remembers by whom
// the owner signed in hears of it (OnIssuers).
func (v *Vault) Delete(ctx context.Context, name string) error { return v.remove(name, false) }

// Undo is Delete for a pod that was nobody's yet: its name is as if it had never been.
func (v *Vault) Undo(ctx context.Context, name string) error { return v.remove(name, true) }

func (v *Vault) remove(name string, undone bool) error {
	v.creates.Lock()
	defer v.creates.Unlock()
	p, err := v.Lookup(name)
	if err != nil {
		return err
	}
	r, err := v.host.pod(name)
	if err != nil {
		return err
	}
	r.Leaving, r.Undone = true, undone
	if err = v.host.addPod(r); isFull(err) {
		v.space.giveUp()
		err = v.host.addPod(r)
	}
	if err != nil { // the pod can still be erased, only nobody goes on with it after a stop
		v.log.Warn("it could not be noted that a pod is being erased", "error", err)
	}
	err = v.erase(r)
	v.tellIssued(p.Owner)
	return err
}

func (v *Vault) erase(r podRecord) error {
	id, err := ParseID(r.ID)
	if err != nil {
		return fmt.Errorf("%w: host.db: %w", ErrDamaged, err)
	}
	if err := v.eraseSlots(id); err != nil {
		return fmt.Errorf("erase slots: %w", err)
	}
	v.expel(id)
	if err := v.removeFiles(id); err != nil {
		return fmt.Errorf("remove files: %w", err)
	}
	defer v.forget(r.Name)
	return v.host.dropPod(r)
}

// finishErasing goes on where a stop interrupted the erasing of pods.
func (v *Vault) finishErasing() error {
	records, err := v.host.pods()
	for _, r := range records {
		if r.Leaving {
			err = errors.Join(err, v.erase(r))
		}
	}
	return err
}

// eraseSlots overwrites the slots before it removes them: on most disks that
// leaves nothing that opens.
func (v *Vault) eraseSlots(id ID) error {
	path := v.slotsFile(id)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	st, err := f.Stat()
	if err == nil {
		_, err = f.WriteAt(make([]byte, st.Size()), 0)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return errors.Join(os.Remove(path), syncDir(filepath.Dir(path)))
}

func (v *Vault) removeFiles(id ID) error {
	var errs []error
	for _, path := range []string{v.slotsFile(id), v.podFile(id)} {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, os.RemoveAll(v.bodyDir(id)), syncDir(filepath.Dir(v.podPath(id))))...)
}

// asOwner is the session in which the vault itself fills a new pod.
func (v *Vault) asOwner(p Info) *Session {
	return v.As(p.ID, acl.Agent{WebID: p.Owner, Client: CLI})
}
