package main

import (
	"crypto/ed25519"
	"fmt"
	"io"
	"os"

	"fengqiao/internal/app"
	"fengqiao/internal/receipt"
)

type verifyReceipt struct {
	File    string `arg:"" help:"The receipt, as it was downloaded; or a file with the text of the code on its page."`
	Key     string `placeholder:"FILE" help:"The installation's public keys, as receipt-keys printed them or /api/v1/receipt-keys answered (default: the key that the receipt brings; the text of a code brings none)."`
	Earlier string `placeholder:"FILE" help:"An earlier receipt of the same case, or the text of its code, which must be the beginning of this one."`
}

// Run says in one sentence what holds, or fails with what does not.
func (c *verifyReceipt) Run(k console) error {
	keys, err := keysIn(c.Key)
	if err != nil {
		return err
	}
	text, err := readSome(c.File)
	if err != nil {
		return err
	}
	if receipt.IsSlip(text) {
		slip, err := receipt.VerifySlip(text, keys)
		if err != nil {
			return fmt.Errorf("the code does not hold: %w", err)
		}
		fmt.Fprintln(k.out, slip)
		return nil
	}
	got, err := receipt.Verify(text, keys)
	if err != nil {
		return fmt.Errorf("the receipt does not hold: %w", err)
	}
	if c.Earlier != "" {
		if err := c.extends(&got, keys); err != nil {
			return err
		}
	}
	fmt.Fprintln(k.out, got)
	return nil
}

// extends compares a receipt with what was kept from before.
func (c *verifyReceipt) extends(got *receipt.Checked, keys []ed25519.PublicKey) error {
	text, err := readSome(c.Earlier)
	if err != nil {
		return err
	}
	if receipt.IsSlip(text) {
		slip, err := receipt.VerifySlip(text, keys)
		if err != nil {
			return fmt.Errorf("the earlier code does not hold: %w", err)
		}
		if err := got.ExtendSlip(slip); err != nil {
			return fmt.Errorf("the receipt and the code do not belong together: %w", err)
		}
		return nil
	}
	earlier, err := receipt.Verify(text, keys)
	if err != nil {
		return fmt.Errorf("the earlier receipt does not hold: %w", err)
	}
	if err := got.Extend(earlier); err != nil {
		return fmt.Errorf("the receipts do not belong together: %w", err)
	}
	return nil
}

func keysIn(path string) ([]ed25519.PublicKey, error) {
	if path == "" {
		return nil, nil
	}
	text, err := readSome(path)
	if err != nil {
		return nil, err
	}
	return receipt.ReadKeys(text)
}

// readSome reads one byte more than the largest receipt at most: what is longer is refused by whoever reads it.
func readSome(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, receipt.Largest+1))
}

type keysCmd struct{ database }

// Run prints the public keys.
func (c *keysCmd) Run(k console) error {
	all, err := app.Receipts(app.Options{Database: c.DatabaseURL, Data: c.Data, ReceiptKeys: c.database.ReceiptKeys})
	if err != nil {
		return err
	}
	fmt.Fprintln(k.out, "# Public keys of receipts, one a line: id and key. The last one signs.")
	for _, one := range all.Items {
		fmt.Fprintln(k.out, one.ID, one.PublicKey)
	}
	return nil
}
