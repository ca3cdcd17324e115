package main

import (
	"fmt"
	"io"
	"strings"

	"rsc.io/qr"
)

// quietZone is the light margin that a reader of QR codes needs, in modules.
const quietZone = 4

// qrCode draws a text as a QR code, two rows of modules in a line of characters. On paper dark is ink; at a terminal
// (paint) both colours are said, since there either may be the background.
func qrCode(w io.Writer, text string, paint bool) error {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return fmt.Errorf("drawing a QR code: %w", err)
	}
	before, after := "", ""
	if paint {
		before, after = "\x1b[30;107m", "\x1b[0m"
	}
	for y := -quietZone; y < code.Size+quietZone; y += 2 {
		var line strings.Builder
		for x := -quietZone; x < code.Size+quietZone; x++ {
			line.WriteString(halfBlock(code.Black(x, y), code.Black(x, y+1)))
		}
		if _, err := fmt.Fprintf(w, "%s%s%s\n", before, line.String(), after); err != nil {
			return err
		}
	}
	return nil
}

// halfBlock is the character for an upper and a lower module.
func halfBlock(upper, lower bool) string {
	switch {
	case upper && lower:
		return "█"
	case upper:
		return "▀"
	case lower:
		return "▄"
	}
	return " "
}
