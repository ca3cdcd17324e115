package main

import (
	"bytes"
	"strings"
	"testing"

	"rsc.io/qr"

	"skrin/crypto"
)

// What is drawn is read back module by module, with light all round it.
func TestQRCode(t *testing.T) {
	key, err := crypto.GenerateRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(key.Line(), qr.M)
	if err != nil {
		t.Fatal(err)
	}
	for _, paint := range []bool{false, true} {
		var out bytes.Buffer
		if err := qrCode(&out, key.Line(), paint); err != nil {
			t.Fatal(err)
		}
		drawn := strings.NewReplacer("\x1b[30;107m", "", "\x1b[0m", "").Replace(out.String())
		if paint == (drawn == out.String()) {
			t.Error("colours where there should be none, or none where they should be")
		}
		for row, line := range strings.Split(strings.TrimSuffix(drawn, "\n"), "\n") {
			for column, block := range []rune(line) {
				x, y := column-quietZone, 2*row-quietZone
				if strings.ContainsRune("█▀", block) != code.Black(x, y) || strings.ContainsRune("█▄", block) != code.Black(x, y+1) {
					t.Fatalf("module %d, %d is drawn as %q", x, y, block)
				}
			}
			if n := len([]rune(line)); n != code.Size+2*quietZone {
				t.Errorf("a line of %d modules", n)
			}
		}
	}
	if code.Size > 45 {
		t.Errorf("a code of %d modules does not fit a terminal", code.Size)
	}
}
