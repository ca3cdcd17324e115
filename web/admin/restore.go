package admin

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"skrin/pod"
)

// lookAtBackup reads how a backup begins, so that whoever wants to restore it can
// be asked for what is missing before all of it is sent.
func (h *handler) lookAtBackup(w http.ResponseWriter, r *http.Request) error {
	key, err := recovery(r)
	if err != nil {
		return err
	}
	head, err := pod.ReadBackupHead(r.Body)
	if err != nil {
		return err
	}
	return h.tell(w, head, key)
}

// lookAtFiles is the same for a pod of another data folder.
func (h *handler) lookAtFiles(w http.ResponseWriter, r *http.Request) error {
	asked, err := adoption(r)
	if err != nil {
		return err
	}
	key, err := recovery(r)
	if err != nil {
		return err
	}
	head, err := pod.LookAtFiles(asked.File, key)
	if err != nil {
		return err
	}
	return h.tell(w, head, key)
}

func (h *handler) tell(w http.ResponseWriter, head pod.BackupHead, key *pod.RecoveryKey) error {
	found := BackupHead{Pod: head.ID.String(), Opens: h.Vault.Opens(head, key)}
	pods, err := h.Vault.Pods()
	if err != nil {
		return err
	}
	for _, p := range pods {
		if p.ID == head.ID {
			found.Here = p.Name
		}
	}
	return reply(w, http.StatusOK, found)
}

func (h *handler) restorePod(w http.ResponseWriter, r *http.Request) error {
	return h.bring(w, r, r.URL.Query().Get("name"), func(ctx context.Context, opt pod.RestoreOptions) (pod.Restored, error) {
		return h.Vault.Restore(ctx, r.Body, opt)
	})
}

func (h *handler) adoptPod(w http.ResponseWriter, r *http.Request) error {
	asked, err := adoption(r)
	if err != nil {
		return err
	}
	return h.bring(w, r, asked.Name, func(ctx context.Context, opt pod.RestoreOptions) (pod.Restored, error) {
		return h.Vault.Adopt(ctx, asked.File, opt)
	})
}

func adoption(r *http.Request) (asked Adopt, err error) {
	if err := read(r, &asked); err != nil {
		return asked, err
	}
	if !filepath.IsAbs(asked.File) {
		return asked, fmt.Errorf("%w: file is an absolute path", errRequest)
	}
	return asked, nil
}

// bring lets a pod in and tells how far it is.
func (h *handler) bring(w http.ResponseWriter, r *http.Request, name string, in func(context.Context, pod.RestoreOptions) (pod.Restored, error)) error {
	key, err := recovery(r)
	if err != nil {
		return err
	}
	if key != nil {
		defer key.Destroy()
	}
	if name != "" {
		if err := pod.CheckName(name); err != nil {
			return err
		}
	}
	out := newLines(w)
	told := time.Now()
	restored, err := in(r.Context(), pod.RestoreOptions{Name: name, Recovery: key, Progress: func(done int64) {
		if time.Since(told) > progressEvery {
			told = time.Now()
			out.send(RestoreEvent{Bytes: done})
		}
	}})
	last := RestoreEvent{Done: true}
	if err != nil {
		last.Problem = h.problem(err)
	} else {
		last.Restored = h.restoredOf(restored)
	}
	out.send(last)
	return nil
}

func (h *handler) restoredOf(r pod.Restored) *Restored {
	out := &Restored{Pod: podOf(r.Info), OldRoot: r.OldRoot.String(), Links: append([]string{}, r.Links...), Grants: r.Grants, Issuers: []string{}, Own: h.Issuer.String()}
	for _, i := range r.Issuers {
		out.Issuers = append(out.Issuers, i.String())
	}
	if acct, err := h.Accounts.ByPod(r.Name); err == nil {
		out.Account = acct.Name
	}
	return out
}
