package pod

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"skrin/acl"
	"skrin/crypto"
	"skrin/linkeddata"
)

// ErrBackup is wrapped by every error about a file that is no whole backup, or
// that what was given does not open.
var ErrBackup = errors.New("the backup cannot be restored")

// RestoreOptions say how a backup is opened and what becomes of it.
type RestoreOptions struct {
	Name       string // zero: the one it had
	Recovery   *crypto.RecoveryKey
	Passphrase func(context.Context, crypto.Slot, ID) (crypto.PodKey, error) // opens a passphrase slot; may be nil
	Progress   func(done int64)                                              // bytes read; may be nil
}

// Restored is a pod that came out of a backup. Its grants rest until the owner
// confirms them.
type Restored struct {
	Info
	OldRoot linkeddata.IRI   // where it stood when the backup was made
	Links   []string         // paths of resources that still hold absolute links to the old place, if that is another
	Grants  int              // that rest
	Issuers []linkeddata.IRI // who may vouch for the owner, if the pod hosts the WebID: those of the host that it comes from, until SetIssuers
}

// restoring is the pattern of folders in which backups are unpacked.
const restoring = ".restore-*"

// Restore makes a pod of a backup. Whatever opens one of its slots will do: the
// recovery key, a passphrase, or the host key if its slot came along. The pod
// keeps its id, so a host has it once; it keeps its name unless another is
// given. ErrPodExists: the pod or the name is there already.
func (v *Vault) Restore(ctx context.Context, r io.Reader, opt RestoreOptions) (Restored, error) {
	dir, err := os.MkdirTemp(filepath.Join(v.dir, "pods"), restoring)
	if err != nil {
		return Restored{}, diskError(err)
	}
	defer os.RemoveAll(dir)
	u, err := unpack(r, dir, v.space.arriving(ctx, opt.Progress))
	if err != nil {
		return Restored{}, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	key, err := v.openBackup(ctx, u, opt)
	if err != nil {
		return Restored{}, err
	}
	v.creates.Lock()
	defer v.creates.Unlock()
	return v.settle(ctx, u, key, opt.Name)
}

// openBackup finds a slot that one of the given keys opens.
func (v *Vault) openBackup(ctx context.Context, u *unpacked, opt RestoreOptions) (crypto.PodKey, error) {
	for _, slot := range u.slots {
		var key crypto.PodKey
		err := errors.New("nothing was given for it")
		switch {
		case slot.Kind == crypto.HostSlot:
			key, err = slot.OpenHost(v.key, u.id)
		case slot.Kind == crypto.RecoverySlot && opt.Recovery != nil:
			key, err = slot.OpenRecovery(opt.Recovery, u.id)
		case slot.Kind == crypto.PassphraseSlot && opt.Passphrase != nil:
			key, err = opt.Passphrase(ctx, slot, u.id)
		}
		if err == nil {
			return key, nil
		}
	}
	return crypto.PodKey{}, fmt.Errorf("%w: none of the keys that were given opens it", ErrBackup)
}

// settle gives the unpacked pod its place, its name and its host slot.
func (v *Vault) settle(ctx context.Context, u *unpacked, key crypto.PodKey, name string) (Restored, error) {
	p, old, err := v.identify(u, key, name)
	if err != nil {
		return Restored{}, err
	}
	host, err := crypto.SealHost(v.key, u.id, key)
	if err != nil {
		return Restored{}, err
	}
	slots := []crypto.Slot{host}
	for _, slot := range u.slots {
		if slot.Kind != crypto.HostSlot {
			slots = append(slots, slot)
		}
	}
	if err := v.moveIn(u, slots); err != nil {
		return Restored{}, err
	}
	restored := Restored{Info: p, OldRoot: old}
	err = v.greet(ctx, &restored)
	if err == nil {
		err = v.host.addPod(podRecord{ID: p.ID.String(), Name: p.Name, Owner: relativeTo(p.Root, p.Owner), Created: p.Created})
	}
	if err != nil {
		v.expel(u.id)
		return Restored{}, errors.Join(err, v.removeFiles(u.id))
	}
	return restored, nil
}

// identify reads whose pod it is, and writes down where it stands from now on.
func (v *Vault) identify(u *unpacked, key crypto.PodKey, name string) (Info, linkeddata.IRI, error) {
	pods, err := v.Pods()
	if err != nil {
		return Info{}, linkeddata.IRI{}, err
	}
	for _, p := range pods {
		if p.ID == u.id {
			return Info{}, linkeddata.IRI{}, fmt.Errorf("%w: this very pod is here as %q; delete it first, or keep it", ErrPodExists, p.Name)
		}
	}
	s, err := openStore(u.store(), podBuckets...)
	if err != nil {
		return Info{}, linkeddata.IRI{}, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	defer s.close()
	h := &handle{id: u.id, vault: v, store: s}
	if key, _, err = h.presentKey(key); err == nil { // its slots may lag behind: the rotation goes on when it is opened
		err = h.makeKeyring(key)
	}
	if err != nil {
		return Info{}, linkeddata.IRI{}, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	defer h.keys.Destroy()
	return h.rename(name)
}

// rename changes the pod's info record to a new name and to this host.
func (h *handle) rename(name string) (p Info, old linkeddata.IRI, err error) {
	if err := h.readInfo(); err != nil {
		return Info{}, old, err
	}
	if name == "" {
		name = h.info.Name
	}
	if err := CheckName(name); err != nil {
		return Info{}, old, err
	}
	if taken, err := h.vault.host.pod(name); err != nil || taken.ID != "" {
		return Info{}, old, errors.Join(err, fmt.Errorf("%w: %q; restore it under another name", ErrPodExists, name))
	}
	if old, err = optionalIRI(h.info.Root); err != nil {
		return Info{}, old, fmt.Errorf("%w: info: %w", ErrDamaged, err)
	}
	if h.root, err = h.vault.site.Root(name); err != nil {
		return Info{}, old, err
	}
	h.info.Name, h.info.Root = name, h.root.String()
	plain, err := json.Marshal(h.info)
	if err != nil {
		return Info{}, old, err
	}
	if _, err = h.store.update(func(t *tx) error { return h.seal(t, bHeader, keyInfo, 0, plain) }); err != nil {
		return Info{}, old, diskError(err)
	}
	return Info{ID: h.id, Name: name, Owner: h.owner(), Root: h.root, Created: h.info.Created}, old, nil
}

// moveIn puts the files where the pod's files stand. The slots come last:
// without them there is no pod.
func (v *Vault) moveIn(u *unpacked, slots []crypto.Slot) error {
	folder := filepath.Dir(v.podPath(u.id))
	if err := makeDir(folder); err != nil {
		return diskError(err)
	}
	if err := v.clearPlace(u.id); err != nil {
		return err
	}
	err := errors.Join(os.Rename(u.store(), v.podFile(u.id)), os.Rename(u.bodies(), v.bodyDir(u.id)))
	if err == nil {
		err = errors.Join(syncDir(v.bodyDir(u.id)), syncDir(folder))
	}
	if err == nil {
		err = v.writeSlots(u.id, slots)
	}
	if err != nil {
		return errors.Join(err, v.removeFiles(u.id))
	}
	return nil
}

// clearPlace makes sure that nothing stands where a pod is to go. Files of a pod
// that the host does not list may be all that somebody has left, when host.db is
// an older copy: they stay. What a restore left that was stopped goes.
func (v *Vault) clearPlace(id ID) error {
	stopped, err := v.Kept(arrivingName(id))
	if err != nil {
		return err
	}
	if stopped != nil {
		return v.removeFiles(id)
	}
	for _, path := range []string{v.slotsFile(id), v.podFile(id), v.bodyDir(id)} {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: files of this very pod are here, though not in the list: %s; to keep what is in them move them all into another folder "+
				"and take the pod over from there (skrin pod adopt), to give them up remove them", ErrPodExists, v.podPath(id)+".*")
		}
	}
	return v.Keep(arrivingName(id), []byte{1})
}

// arrivingName is under what the host keeps that a pod's files are being put in
// their place: the pod is not listed yet, and they are nobody's only copy.
func arrivingName(id ID) string { return "arriving " + id.String() }

// greet opens the restored pod, suspends its grants, verifies it, and looks for
// links to the place where it stood before.
func (v *Vault) greet(ctx context.Context, r *Restored) error {
	if err := v.host.drop(bKept, v.host.keyOf("kept", witnessName(r.ID))); err != nil {
		return err
	}
	h, err := v.acquire(ctx, r.ID)
	if err != nil {
		return err
	}
	defer v.release(h)
	err = h.commit(ctx, func(c *change) error {
		all, err := h.grantsIn(c.tx)
		if err != nil {
			return err
		}
		r.Grants = 0
		for _, g := range all {
			if g.Revoked.IsZero() && h.now().Before(g.Until) {
				r.Grants++
			}
			g.Suspended = true
			if err := h.saveGrant(c.tx, g); err != nil {
				return err
			}
		}
		c.decided = true
		c.journal(Line{At: h.now().UTC(), Who: acl.CLI.String(), Did: "restore", Allowed: true, Count: r.Grants, Because: "restored from a backup; its grants rest until the owner confirms them"})
		return nil
	})
	if err != nil {
		return err
	}
	if report := h.verify(ctx, nil); !report.Sound() {
		return fmt.Errorf("%w: %s", ErrBackup, report.Problems[0])
	}
	r.Issuers, _ = h.issuers() // none where the WebID is not here, or its document cannot be read
	if !r.OldRoot.IsZero() && r.OldRoot != r.Root {
		r.Links, err = h.linksTo(ctx, r.OldRoot.String())
	}
	return err
}

// linksTo finds the resources, ACLs and descriptions that hold the beginning of an address.
func (h *handle) linksTo(ctx context.Context, begin string) (paths []string, err error) {
	c := checking{h: h, ctx: ctx, seen: map[string]bool{}}
	c.visit = func(t *tx, n *node) error {
		found, err := h.mentions(t, n, []byte(begin))
		for _, p := range found {
			paths = append(paths, p.s)
		}
		return err
	}
	c.tree()
	if len(c.report.Problems) > 0 {
		err = fmt.Errorf("%w: %s", ErrDamaged, c.report.Problems[0])
	}
	return paths, err
}

// mentions looks through a node's texts. Bodies in files of their own are scans
// and pictures; only those that are text are looked through.
func (h *handle) mentions(t *tx, n *node, root []byte) (found []Path, err error) {
	for _, aux := range []struct {
		version uint64
		part    part
		path    Path
	}{{n.entry.acl, partACL, n.path.ACL()}, {n.entry.meta, partMeta, n.path.Meta()}} {
		if aux.version == 0 {
			continue
		}
		doc, err := h.document(t, n, aux.part)
		if err != nil {
			return nil, err
		}
		if bytes.Contains(doc.body, root) {
			found = append(found, aux.path)
		}
	}
	mt, err := linkeddata.ParseMediaType(n.entry.mediaType)
	if n.entry.container || err != nil || !mt.IsRDF() {
		return found, nil
	}
	body, err := h.body(t, n)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	text, err := readAll(body, h.vault.maxRDF)
	if err == nil && bytes.Contains(text, root) {
		found = append(found, n.path)
	}
	return found, err
}

// RecoveryKey is the owner's printed way into a pod and its backups.
type RecoveryKey = crypto.RecoveryKey

// ParseRecoveryKey reads a recovery key as a person types it.
func ParseRecoveryKey(text string) (*RecoveryKey, error) { return crypto.ParseRecoveryKey(text) }
