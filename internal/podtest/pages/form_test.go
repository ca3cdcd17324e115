package pages

import (
	"reflect"
	"testing"
)

func TestForms(t *testing.T) {
	const page = `<style>p { color: red }</style><h1>Who &amp; what</h1><form method="post" action="/a?x=1&amp;y=2">
<input type="hidden" name="token" value="&lt;t&gt;"><textarea id="k" name="key" rows="4"></textarea><input type="submit" value="unnamed"></form>
<p>between</p><form action="/b"><button name="answer" value="allow">Allow</button></form>`
	got := Forms(page)
	want := []Form{{"/a?x=1&y=2", map[string]string{"token": "<t>", "key": ""}}, {"/b", map[string]string{"answer": "allow"}}}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v", got)
	}
	if !got[0].Has(map[string]string{"key": "x"}) || got[0].Has(map[string]string{"answer": "allow"}) {
		t.Error("fields of one form are another's")
	}
	if sent := got[0].Filled(map[string]string{"key": "x"}).Encode(); sent != "key=x&token=%3Ct%3E" || got[0].Fields["key"] != "" {
		t.Errorf("sent %s, left %v", sent, got[0].Fields)
	}
	if text := Text(page); text != "Who & what between Allow" {
		t.Errorf("read %q", text)
	}
}
