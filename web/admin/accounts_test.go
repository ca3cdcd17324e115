package admin_test

import (
	"strings"
	"testing"

	"skrin/identity/account"
	"skrin/linkeddata"
	"skrin/web/admin"
)

// What the host asks about people is answered to the letter, and what cannot be is refused with a word for programs.
func TestAccounts(t *testing.T) {
	d := open(t)
	var made admin.Created
	d.json("POST", "/pods", admin.NewPod{Name: "maria", Account: "maria@example.com"}, 201, &made)
	if made.Account != "maria@example.com" || made.Recover != d.w.Base+"app/recover" {
		t.Errorf("%+v", made)
	}
	var found admin.AccountInUse
	d.json("GET", "/accounts/MARIA@example.com", nil, 200, &found)
	if found.Name != "maria@example.com" || len(found.Pods) != 1 || found.Pods[0].WebID != made.Owner || found.Password || found.Passkeys+found.Sessions+found.Apps+found.Scripts != 0 {
		t.Errorf("%+v", found)
	}
	var issuers admin.Issuers
	d.json("GET", "/pods/maria/issuers", nil, 200, &issuers)
	if len(issuers.Issuers) != 1 || issuers.Issuers[0] != issuers.Own || issuers.Own != d.w.Base {
		t.Errorf("%+v", issuers)
	}
	d.json("POST", "/pods", admin.NewPod{Name: "nora", Issuers: []string{"https://login.example/"}}, 201, nil)
	d.json("POST", "/pods", admin.NewPod{Name: "eve", Owner: "https://id.example/eve#me"}, 201, nil)
	for name, owner := range map[string]string{"marias": made.Owner, "noras": d.w.Base + "nora/profile/card#me", "eves": "https://id.example/eve#me"} { // second pods of theirs
		d.json("POST", "/pods", admin.NewPod{Name: name, Owner: owner}, 201, nil)
	}
	for _, c := range []struct {
		method, path string
		what         any
		status       int
		code         string
	}{
		{"POST", "/pods", admin.NewPod{Name: "zoe", Account: "maria@example.com"}, 409, "name-taken"},
		{"POST", "/pods", admin.NewPod{Name: "zoe", Account: "?"}, 422, "account-name"},
		{"POST", "/pods", admin.NewPod{Name: "maria", Account: "zoe"}, 409, "pod-exists"},
		{"POST", "/accounts", admin.NewAccount{Name: "zoe", Pod: "maria"}, 409, "pod-taken"},
		{"POST", "/accounts", admin.NewAccount{Name: "zoe", Pod: "marias"}, 409, "pod-taken"},
		{"POST", "/accounts", admin.NewAccount{Name: "zoe", Pod: "noras"}, 409, "pod-taken"},
		{"POST", "/pods", admin.NewPod{Name: "zoe", Account: "zoe", Owner: made.Owner}, 409, "pod-taken"},
		{"POST", "/accounts", admin.NewAccount{Name: "zoe", Pod: "nobody"}, 404, "no-pod"},
		{"POST", "/accounts", admin.NewAccount{Name: "", Pod: "nora"}, 422, "account-name"},
		{"POST", "/accounts", map[string]string{"nome": "x"}, 400, "request"},
		{"GET", "/accounts/nobody", nil, 404, "no-account"},
		{"GET", "/accounts/%2e%2e%2fpods", nil, 404, "no-account"},
		{"DELETE", "/accounts/nobody", nil, 404, "no-account"},
		{"POST", "/accounts/nobody/sign-out", nil, 404, "no-account"},
		{"POST", "/invitations", admin.NewInvitation{}, 400, "request"},
		{"POST", "/invitations", admin.NewInvitation{Seconds: 91 * 86400}, 400, "request"},
		{"POST", "/invitations", admin.NewInvitation{Seconds: -1 << 62}, 400, "request"},
		{"POST", "/invitations", admin.NewInvitation{Seconds: 3600, Note: strings.Repeat("x", 2000)}, 422, "label"},
		{"DELETE", "/invitations/abcdef", nil, 404, "no-invitation"},
		{"DELETE", "/invitations/ab", nil, 400, "request"},
		{"GET", "/pods/nobody/issuers", nil, 404, "no-pod"},
		{"GET", "/pods/eve/issuers", nil, 404, "not-found"},
		{"POST", "/pods/eve/issuers", admin.ChangeIssuers{Add: []string{admin.OwnIssuer}}, 404, "not-found"},
		{"POST", "/pods/nora/issuers", admin.ChangeIssuers{Add: []string{"ftp://x.example/"}}, 422, "issuers"},
		{"POST", "/pods/nora/issuers", admin.ChangeIssuers{Remove: []string{"https://login.example/"}}, 422, "issuers"},
	} {
		var p admin.Problem
		d.json(c.method, c.path, c.what, c.status, &p)
		if p.Code != c.code || p.Detail == "" {
			t.Errorf("%s %s %+v: %+v, want %s", c.method, c.path, c.what, p, c.code)
		}
	}
	d.ask("GET", "/pods/zoe", nil, 404) // what was refused made no pod
	var account admin.Account
	d.json("POST", "/accounts", admin.NewAccount{Name: "eve", Pod: "eve"}, 201, &account)
	if account.Named || account.Pods[0].WebID != "https://id.example/eve#me" {
		t.Errorf("somebody whose WebID stands elsewhere: %+v", account)
	}
	d.json("POST", "/accounts", admin.NewAccount{Name: "zoe", Pod: "eves"}, 409, nil)
	var gone admin.Deleted
	if d.json("DELETE", "/pods/eve", nil, 200, &gone); gone != (admin.Deleted{Account: "eve", Removed: true}) {
		t.Errorf("%+v", gone)
	}
	for name, former := range map[string]bool{"zoe": false, "eve": true} { // zoe was refused: nobody ever had that pod
		var made admin.Created
		if d.json("POST", "/pods", admin.NewPod{Name: name}, 201, &made); made.Former != former {
			t.Errorf("%s: former %v", name, made.Former)
		}
	}
	var list admin.Accounts
	if d.json("GET", "/accounts", nil, 200, &list); len(list.Accounts) != 1 {
		t.Errorf("%+v", list)
	}
	d.json("POST", "/accounts/maria@example.com/sign-out", nil, 200, nil)
	d.ask("DELETE", "/accounts/maria@example.com", nil, 204)
	if last := d.last("/verify"); !last.Done || len(last.Damage) > 0 || last.Checked == 0 {
		t.Errorf("%+v", last)
	}
}

func TestInvitations(t *testing.T) {
	d := open(t)
	var made admin.Invited
	d.json("POST", "/invitations", admin.NewInvitation{Seconds: 3600, Note: "Maria, upstairs"}, 201, &made)
	if made.Code == "" || made.Address != d.w.Base+"app/register?invitation="+made.Code || strings.Contains(made.ID, made.Code) {
		t.Errorf("%+v", made)
	}
	text := string(d.ask("GET", "/invitations", nil, 200))
	if !strings.Contains(text, made.ID) || !strings.Contains(text, "upstairs") || strings.Contains(text, made.Code) {
		t.Errorf("the list: %s", text)
	}
	d.ask("DELETE", "/invitations/"+strings.ToUpper(made.ID[:8]), nil, 204)
	d.ask("DELETE", "/invitations/"+made.ID, nil, 404)
}

// An account that has several pods goes on without one that is deleted, and what acts for its WebID ends.
func TestOneOfSeveralPods(t *testing.T) {
	d := open(t)
	var first, second admin.Created
	d.json("POST", "/pods", admin.NewPod{Name: "maria", Account: "maria"}, 201, &first)
	d.json("POST", "/pods", admin.NewPod{Name: "maria-2", Own: true}, 201, &second)
	acct, err := d.back.Accounts.ByName("maria")
	if err != nil {
		t.Fatal(err)
	}
	pods := append(acct.Pods, account.PodRef{Name: "maria-2", WebID: linkeddata.MustIRI(second.Owner)})
	if err := d.back.Accounts.SetPods(acct.ID, pods); err != nil {
		t.Fatal(err)
	}
	issuer, err := d.back.Provider()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pods {
		if _, _, err := issuer.NewScript(acct.ID, p.WebID, "a script"); err != nil {
			t.Fatal(err)
		}
	}
	var gone admin.Deleted
	if d.json("DELETE", "/pods/maria-2", nil, 200, &gone); gone != (admin.Deleted{Account: "maria"}) {
		t.Errorf("%+v", gone)
	}
	var left admin.AccountInUse
	d.json("GET", "/accounts/maria", nil, 200, &left)
	if len(left.Pods) != 1 || left.Pods[0].Name != "maria" || left.Scripts != 1 {
		t.Errorf("%+v", left)
	}
	d.json("POST", "/pods", admin.NewPod{Name: "maria-2", Account: "other"}, 201, nil)
}
