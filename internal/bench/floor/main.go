// Command floor is the least that a program must do to answer four requests of the product on its schema: net/http, pgx,
// statements written by hand. The product is measured against it.
//
// It reads and writes the same rows, sealed and chained as the product's are, behind the same look-up of a session. It
// does not ask a policy, check values against code lists, reckon legal periods, list what may be done next, keep a log,
// or show again what was made under a one-time key.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

const connections = 8 // as many as the product has

type floor struct {
	db    *pgxpool.Pool
	vault *vault.Vault
	ids   *ident.Maker
}

func main() {
	database := flag.String("database", "", "postgres://… of a database that the product has filled")
	keys := flag.String("keys", "", "the product's file of keys")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *database, *keys)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, database, keys string) error {
	f, err := open(ctx, database, keys)
	if err != nil {
		return err
	}
	defer f.db.Close()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: f.routes(), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Fprintf(os.Stdout, "The floor listens on http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

func open(ctx context.Context, database, keys string) (*floor, error) {
	c, err := pgxpool.ParseConfig(database)
	if err != nil {
		return nil, fmt.Errorf("address of the database: %w", err)
	}
	c.MaxConns = connections
	f := &floor{ids: ident.NewMaker(rand.Reader)}
	if f.vault, _, err = vault.OpenKeyring(keys, "", false, rand.Reader); err != nil {
		return nil, err
	}
	if f.db, err = pgxpool.NewWithConfig(ctx, c); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return f, nil
}

func (f *floor) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /api/v1/cases", f.signedIn(f.file))
	mux.Handle("GET /api/v1/cases", f.signedIn(f.list))
	mux.Handle("GET /api/v1/cases/{id}", f.signedIn(f.read))
	mux.Handle("GET /api/v1/reports/case-table", f.signedIn(f.caseTable))
	return mux
}
