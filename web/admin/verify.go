package admin

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"skrin/identity/account"
	"skrin/identity/records"
	"skrin/pod"
)

func (h *handler) verifyPod(w http.ResponseWriter, r *http.Request) error {
	info, _, err := h.owner(r)
	if err != nil {
		return err
	}
	out := newLines(w)
	told := time.Now()
	report, err := h.Vault.Verify(r.Context(), info.Name, func(done, total int) {
		if time.Since(told) > progressEvery {
			told = time.Now()
			out.send(VerifyEvent{Checked: done, Total: total})
		}
	})
	last := VerifyEvent{Done: true, Checked: report.Resources, Total: report.Resources, Head: report.Head.String()}
	for _, p := range report.Problems {
		last.Damage = append(last.Damage, Damage{Where: p.Where, What: p.What, Advice: advice(p.Where)})
	}
	if err == nil {
		err = r.Context().Err()
	}
	if err != nil {
		last.Problem = h.problem(err)
	}
	out.send(last)
	return nil
}

// verifyHost opens what the host keeps besides the pods: accounts, what apps hold, keys.
func (h *handler) verifyHost(w http.ResponseWriter, r *http.Request) error {
	all, damaged, err := h.Vault.Records().Check()
	if err != nil {
		return err
	}
	last := VerifyEvent{Done: true, Checked: all}
	if damaged > 0 {
		last.Damage = append(last.Damage, Damage{Where: hostRecords, What: fmt.Sprintf("%d of %d records cannot be opened", damaged, all), Advice: advice(hostRecords)})
	}
	unread := func(account.Account) (bool, error) { return true, r.Context().Err() }
	if err := h.Accounts.Each(unread); errors.Is(err, records.ErrShape) || errors.Is(err, pod.ErrDamaged) {
		last.Damage = append(last.Damage, Damage{Where: hostRecords, What: "an account cannot be read: " + err.Error(), Advice: advice(hostRecords)})
	} else if err != nil {
		return err
	}
	newLines(w).send(last)
	return nil
}

// hostRecords is where damage is that is in no pod.
const hostRecords = "host"

// advice is what a host can do about damage, by where it is.
func advice(where string) string {
	switch {
	case where == hostRecords:
		return "keep a copy of the data folder. Whoever cannot sign in any more gets an account anew (skrin account create NAME --pod POD) " +
			"and comes in with the recovery key; apps ask for permission again"
	case where == "journal":
		return "keep a copy of the data folder: it is evidence. Compare with a head that was kept: skrin journal NAME --verify --since HEAD"
	case where == "grant", where == "grants":
		return "it gives nothing any more; give it anew, if it is still wanted"
	case where == "pod file":
		return "nothing that can be reached is missing; keep a copy of the pod's files, so that the cause can be found"
	case where == "file structure":
		return "what still opens can be read; keep a copy of the pod's files, try the last backup in another folder " +
			"(skrin restore FILE --data OTHER), then delete the pod here (skrin pod delete NAME --keep-account) and restore it"
	case strings.HasSuffix(where, ".acl"):
		return "what it ruled is closed to all but the owner; write this ACL anew"
	case strings.HasPrefix(where, "/"):
		return "store or import it anew, or take it out of a backup (skrin restore FILE --data OTHER); the rest of the pod is not touched"
	}
	return "run it again; keep a copy of the data folder if it says the same"
}
