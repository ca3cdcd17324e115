package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
)

// person signs requests. A nil person is nobody in particular.
type person struct {
	*issuer.Person
	token, ath string
	header     []byte // of every proof
	series     string // begins every jti
	count      atomic.Int64
}

func newPerson(i *issuer.Issuer, name string) (*person, error) {
	who, err := i.Person(name, linkeddata.MustIRI("https://load.example/app"))
	if err != nil {
		return nil, err
	}
	p := &person{Person: who, series: rand.Text()}
	if p.token, err = who.Token(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(p.token))
	p.ath = base64.RawURLEncoding.EncodeToString(sum[:])
	p.header, err = json.Marshal(map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": who.Key().Public()})
	return p, err
}

// proof is a fresh one for a single request.
func (p *person) proof(method, url string) (string, error) {
	claims := fmt.Sprintf(`{"htm":%q,"htu":%q,"ath":%q,"iat":%d,"jti":"%s-%d"}`, method, url, p.ath, time.Now().Unix(), p.series, p.count.Add(1))
	return p.Key().SignBytes(p.header, []byte(claims))
}

// ask is a request before it is signed.
type ask struct {
	method, path string // the path from the server's root on
	mediaType    string
	body         []byte
	header       string // more of it, each line with its end
}

// request writes an ask down as it goes over the wire.
func (a ask) request(addr string, who *person) ([]byte, error) {
	b := make([]byte, 0, 2048)
	b = fmt.Appendf(b, "%s %s HTTP/1.1\r\nHost: %s\r\n", a.method, a.path, addr)
	if who != nil {
		proof, err := who.proof(a.method, "http://"+addr+a.path)
		if err != nil {
			return nil, err
		}
		b = fmt.Appendf(b, "Authorization: DPoP %s\r\nDPoP: %s\r\n", who.token, proof)
	}
	if a.mediaType != "" {
		b = fmt.Appendf(b, "Content-Type: %s\r\nContent-Length: %d\r\n", a.mediaType, len(a.body))
	}
	b = append(append(b, a.header...), "\r\n"...)
	return append(b, a.body...), nil
}
