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
	File    string `arg:"" help:"The receipt, as it was downloaded."`
	Key     string `placeholder:"FILE" help:"The installation's public keys, as receipt-keys printed them or /api/v1/receipt-keys answered (default: the key that the receipt brings)."`
	Earlier string `placeholder:"FILE" help:"An earlier receipt of the same case, which must be the beginning of this one."`
}

// Run says in one sentence what holds, or fails with what does not.
func (c *verifyReceipt) Run(k console) error {
	keys, err := keysIn(c.Key)
	if err != nil {
		return err
	}
	got, err := checked(c.File, keys)
	if err != nil {
		return fmt.Errorf("the receipt does not hold: %w", err)
	}
	if c.Earlier != "" {
		earlier, err := checked(c.Earlier, keys)
		if err != nil {
			return fmt.Errorf("the earlier receipt does not hold: %w", err)
		}
		if err := got.Extend(earlier); err != nil {
			return fmt.Errorf("the receipts do not belong together: %w", err)
		}
	}
	fmt.Fprintln(k.out, got)
	return nil
}

func checked(path string, keys []ed25519.PublicKey) (receipt.Checked, error) {
	text, err := readSome(path)
	if err != nil {
		return receipt.Checked{}, err
	}
	return receipt.Verify(text, keys)
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
