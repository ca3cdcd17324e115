package linkeddata_test

import (
	"fmt"
	"os"
	"strings"

	"skrin/linkeddata"
)

// A document is read against its own address, and written in another syntax.
func Example() {
	card := linkeddata.MustIRI("https://pods.example/maria/profile/card")
	text := `@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<#me> a foaf:Person; foaf:name "Maria"; foaf:knows [ foaf:name "Ana" ] .`
	g, err := linkeddata.Decode(strings.NewReader(text), linkeddata.Turtle, card, linkeddata.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := g.EncodeWith(os.Stdout, linkeddata.JSONLD, linkeddata.Style{Base: card}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "@context": {
	//     "foaf": "http://xmlns.com/foaf/0.1/"
	//   },
	//   "@id": "#me",
	//   "@type": "foaf:Person",
	//   "foaf:name": "Maria",
	//   "foaf:knows": {
	//     "foaf:name": "Ana"
	//   }
	// }
}
