package browser

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"skrin/acl"
	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
)

// Pictures for the README, out of a house as people have it: SKRIN_PICTURES names
// the folder. Names in them are as on the Web, so that port 443 of this machine is
// wanted. Letters are those of this machine; the README has them in Roboto and Noto
// Serif, as telephones do.
//
//	SKRIN_PICTURES=$PWD/doc/pictures go test ./internal/browser -run TestPicturesOfTheWay
func TestPicturesOfTheWay(t *testing.T) {
	folder := os.Getenv("SKRIN_PICTURES")
	if folder == "" {
		t.Skip("SKRIN_PICTURES names no folder to put pictures in")
	}
	for _, screen := range []screen{{"phone", 390, 1060, "light"}, desktop} {
		t.Run(screen.name, func(t *testing.T) {
			w := podtest.NewHouse(t, podtest.House{Base: "https://pods.example/"})
			a, everything := newApp(t), front(t, w)
			everything.app = a
			a.Origin = "https://notebook.example.com"
			a.ID = a.Origin + "/notebook.jsonld"
			v := newVisitor(t, chromedp.Flag("host-resolver-rules", "MAP * "+everything.Listener.Addr().String()))
			dress(t, v.ctx, screen)
			v.do(emulation.SetDeviceMetricsOverride(screen.width, screen.height, 2, screen.width < 600))
			take := func(name string) { v.picture(filepath.Join(folder, name+"-"+screen.name+".png")) }

			v.open(w.Base)
			v.arrives(w.Base, "app/")
			take("landing")
			v.chooses("main a[href^='/app/register']")
			v.arrives(w.Base, "app/register")
			v.types("input[name=name]", "maria@example.org")
			v.types("input[name=pod]", "maria")
			v.chooses(submit("input[name=pod]"))
			v.arrives(w.Base, "app/register/key")
			v.showsKey()
			take("recovery-key")
			v.typesKey()
			v.arrives(w.Base, "app/register/credential")
			v.withPassword()
			v.arrives(w.Base, "app/home")
			live(t, w)
			v.open(w.Base + "app/home")
			take("home")
			v.open(a.Origin + "/")
			v.isKnownAs("nobody")
			v.enters(w.Base)
			v.arrives(w.Base, "app/authorize")
			take("consent")
		})
	}
}

// live is what happens in a pod in its first weeks.
func live(t *testing.T, w *podtest.World) {
	t.Helper()
	ctx, owner := context.Background(), w.Owner("maria")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"labs/2026-10-hba1c", "labs/2026-11-hba1c", "labs/2026-11-lipids", "medications/metformin", "vitals/2026-11-20", "vitals/2026-11-21", "vitals/2026-11-22", "care-plans/winter"} {
		_, err := owner.Put(ctx, pod.MustPath("/health/"+path), pod.Draft{MediaType: "text/turtle", Body: strings.NewReader("<#it> <http://schema.org/name> \"" + path + "\".")}, pod.Precondition{})
		must(err)
	}
	for _, g := range []struct {
		to, container string
		purpose       string
		days          int
	}{{"https://clinic.example/ana#me", "labs", "sector/health#PatientMonitoring", 14}, {"https://municipality.example/silvia#me", "care-plans", "sector/health#PrimaryCareManagement", 90}} {
		_, err := owner.Grant(ctx, acl.Grant{
			To: linkeddata.MustIRI(g.to), Targets: []linkeddata.IRI{linkeddata.MustIRI(w.Base + "maria/health/" + g.container + "/")}, Modes: acl.Read,
			Purpose: linkeddata.MustIRI("https://w3id.org/dpv/" + g.purpose), Until: w.Now().Add(time.Duration(g.days) * 24 * time.Hour),
		})
		must(err)
	}
}

// A frontage speaks TLS for the house and for an app, at their names.
type frontage struct {
	*httptest.Server
	app *app
}

// front opens the frontage at port 443, where the house looks for apps.
func front(t *testing.T, w *podtest.World) *frontage {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:443")
	if err != nil {
		t.Skipf("pictures have names as on the Web in them, and want port 443: %v", err)
	}
	f := &frontage{}
	house := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", w.Address, r.In.Host
	}}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Host == hostOf(f.app.Origin) {
			f.app.serve.ServeHTTP(rw, r)
			return
		}
		house.ServeHTTP(rw, r)
	}))
	f.Listener.Close()
	f.Listener = ln
	f.Config.ErrorLog = log.New(io.Discard, "", 0) // the browser does not believe the certificate, and says so
	f.StartTLS()
	t.Cleanup(f.Close)
	names(t)
	return f
}

// names lets this process find every name of the Web on this machine.
func names(t *testing.T) {
	t.Helper()
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go tellNames(theirs)
		return ours, nil
	}}
	t.Cleanup(func() { net.DefaultResolver = before })
}

// tellNames answers questions for addresses (RFC 1035, with lengths as over TCP).
func tellNames(c net.Conn) {
	defer c.Close()
	q := make([]byte, 512)
	for {
		if _, err := c.Read(q[:2]); err != nil {
			return
		}
		n, err := c.Read(q[2:])
		if err != nil {
			return
		}
		end := bytes.IndexByte(q[14:2+n], 0) + 14 + 5 // the end of the question
		a := append([]byte{}, q[2:end]...)
		a[2], a[3], a[10], a[11] = 0x81, 0x80, 0, 0
		if kind := a[len(a)-3]; kind == 1 {
			a[7] = 1
			a = append(a, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1)
		}
		if _, err := c.Write(append([]byte{byte(len(a) >> 8), byte(len(a))}, a...)); err != nil {
			return
		}
	}
}

// picture keeps what is on the screen, with few colours: a page has no more.
func (v *visitor) picture(file string) {
	v.t.Helper()
	var text []byte
	v.do(chromedp.Evaluate("document.activeElement?.blur()", nil), chromedp.CaptureScreenshot(&text))
	img, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		v.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few(img)); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		v.t.Fatal(err)
	}
	v.t.Logf("%s: %d KB", filepath.Base(file), out.Len()>>10)
}

// few gives a picture with at most 256 colours: those that are there most often,
// and for others the nearest.
func few(img image.Image) image.Image {
	count := map[color.RGBA]int{}
	b := img.Bounds()
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	var p color.Palette
	for len(p) < 256 && len(count) > 0 {
		var best color.RGBA
		for c, n := range count {
			if n > count[best] {
				best = c
			}
		}
		p = append(p, best)
		delete(count, best)
	}
	out := image.NewPaletted(b, p)
	nearest := map[color.RGBA]uint8{}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := at(x, y)
			i, there := nearest[c]
			if !there {
				i = uint8(p.Index(c))
				nearest[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	return out
}
