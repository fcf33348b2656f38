// Package app puts the house together: the database, the keys, the rooms, the two faces, and the server around them.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/holding"
	"fengqiao/internal/ident"
	"fengqiao/internal/owner"
	"fengqiao/internal/page"
	"fengqiao/internal/receipt"
	"fengqiao/internal/rest"
	"fengqiao/internal/sso"
	"fengqiao/internal/turn"
	"fengqiao/internal/vault"
	"fengqiao/policies"
)

// Options say what to run. Everything that can differ between two runs comes from here.
type Options struct {
	Store         *db.Store // open already and migrated, for tests; else Database says which to open
	Database      string    // sqlite:PATH or postgres://…
	Data          string    // folder for what lies beside the database; empty: the folder of the SQLite file, else var
	Keys          string    // master keys; empty: the file keys in Data
	CaucusKeys    string    // master keys of the notes of caucuses; empty: the file caucus-keys in Data
	ReceiptKeys   string    // keys that sign receipts; empty: the file receipt-keys in Data
	Demo          bool      // load and serve the demo city
	AnyUse        bool      // a tool, not a server: works on a demo's database and on a real one
	MustExist     bool      // a SQLite file that is not there is a slip, not a first start
	DemoPassword  string    // of all demo logins; empty: drawn and printed
	DemoDate      string    // the day on which the demo city opens, YYYY-MM-DD; empty: today
	DemoCases     int       // at least so many cases; 0: as many as the city has
	SecondFactor  string    // required (or empty): whoever holds a post has a second factor; offered: who wants one. A demo offers it
	Listen        string
	MetricsListen string // "": no metrics
	TLSCert       string
	TLSKey        string
	Trusted       []netip.Prefix
	SingleSignOn  sso.Provider   // whom single sign-on trusts; the zero value: nobody
	SingleName    fault.Text     // what it is called
	SMSGateway    string         // where text messages go: https://…, log, or "" for a folder of Data
	GatewayInside []string       // networks inside in which that may lie; none: it must lie outside, or be named as this machine
	SMTPURL       string         // where e-mail goes: smtp(s)://user:password@host:port, log, or "" for the same folder
	MailFrom      string         // the sender of e-mail
	Chromium      string         // the program that makes PDFs; "": none
	FilingBounds  holding.Bounds // filings by people whom nobody knows that are let in unseen; the zero one: the usual
	PublicRate    float64        // writes a second by people who are not signed in, for each address; 0: the default
	Version       string
	Now           func() time.Time
	Random        io.Reader // nil: the system's
	Log           *slog.Logger
	Out           io.Writer // what the operator should read
}

// App is the program, put together.
type App struct {
	Options
	Store   *db.Store
	Policy  *authz.Policy
	Vault   *vault.Vault
	Caucus  *vault.Caucus
	Signer  *vault.Signer
	Echo    *echo.Echo
	API     *rest.API
	Site    *page.Site
	Metrics *rest.Metrics
	rooms
	made   []string // key files that this start made
	failed *prometheus.GaugeVec
}

// policy is read once a process: it does not change, and keeps what it was asked.
var policy = sync.OnceValues(func() (*authz.Policy, error) { return authz.Load(policies.Model, policies.Policy) })

// book is read once a process, for the same reason.
var book = sync.OnceValues(func() (*page.Book, error) { return page.Read(web()) })

// New opens the database and the keys, brings the schema up to date, and mounts every room. Whoever gets an App closes it.
func New(ctx context.Context, o Options) (*App, error) {
	o = o.complete()
	if err := o.check(); err != nil {
		return nil, err
	}
	a := &App{Options: o, Echo: echo.New(), Metrics: rest.NewMetrics(), failed: choresFailed()}
	err := a.open()
	if err == nil {
		err = a.begin(ctx)
	}
	if err == nil {
		err = a.mount()
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (o Options) complete() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Data == "" {
		o.Data = "var"
		if path, ok := strings.CutPrefix(o.Database, "sqlite:"); ok {
			o.Data = filepath.Dir(path)
		}
	}
	return o
}

// begin makes the database ready, one program at a time, and opens the rooms.
func (a *App) begin(ctx context.Context) error {
	if a.Store == a.Options.Store { // a test's own
		if err := a.whole(ctx); err != nil {
			return err
		}
		return a.furnish(ctx)
	}
	return a.Store.Alone(ctx, func() error {
		if err := a.migrate(ctx); err != nil {
			return err
		}
		if err := a.claim(ctx); err != nil {
			return err
		}
		if err := a.whole(ctx); err != nil {
			return err
		}
		return a.furnish(ctx)
	})
}

// open opens what must be there before any room: keys, policy, database.
func (a *App) open() (err error) {
	if err := owner.Folder(a.Data); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if err := a.openKeys(); err != nil {
		return err
	}
	if a.Policy, err = policy(); err != nil {
		return err
	}
	if a.Store = a.Options.Store; a.Store != nil {
		return nil
	}
	a.Store, err = db.Open(db.Options{URL: a.Database, Now: a.Now, IDs: ident.NewMaker(a.Random), Log: a.Log})
	return err
}

// sealed are the columns that the house keeps sealed, read from its models once.
var sealed = sync.OnceValues(func() ([]turn.Column, error) { return turn.Columns(Models()) })

// whole looks whether the rings hold every key that is needed. Key files that were only just made do not stay where they do not.
func (a *App) whole(ctx context.Context) (err error) {
	columns, err := sealed()
	if err != nil {
		return err
	}
	a.Turning = turn.New(a.Store, a.Vault, a.Caucus, columns)
	err = a.Turning.Begin(ctx)
	var missing *turn.Missing
	if !errors.As(err, &missing) {
		return err
	}
	for _, path := range a.made {
		if bad := os.Remove(path); bad != nil {
			return bad
		}
	}
	return unfit("%s", missing)
}

// openKeys opens the three rings, and makes those that are not there; the operator is told to keep a copy.
func (a *App) openKeys() (err error) {
	made := false
	keys, caucusKeys, receiptKeys := filepath.Join(a.Data, "keys"), filepath.Join(a.Data, "caucus-keys"), filepath.Join(a.Data, receiptKeysFile)
	if a.Vault, made, err = vault.OpenKeyring(keys, a.Keys, true, a.Random); err != nil {
		return err
	}
	if made {
		a.made = append(a.made, keys)
		fmt.Fprintf(a.Out, "New keys in %s. Keep a copy of this file apart from the database's backups: without it the sealed values are lost.\n", keys)
	}
	if a.Caucus, made, err = vault.OpenCaucusKeyring(caucusKeys, a.CaucusKeys, true, a.Random, a.Vault); err != nil {
		return err
	}
	if made {
		a.made = append(a.made, caucusKeys)
		fmt.Fprintf(a.Out, "New keys of the caucus notes in %s. Keep a copy apart from the backups and apart from the file keys: without it the notes are lost.\n", caucusKeys)
	}
	if a.Signer, made, err = vault.OpenSigningKeyring(receiptKeys, a.ReceiptKeys, true, a.Random, a.Vault, a.Caucus); err != nil {
		return err
	}
	if made {
		a.made = append(a.made, receiptKeys)
		fmt.Fprintf(a.Out, "New key %s that signs receipts in %s. Print its public part with fengqiao receipt-keys and keep that elsewhere.\n",
			vault.SigningKeyID(a.Signer.Current()), receiptKeys)
	}
	return nil
}

const receiptKeysFile = "receipt-keys"

// Receipts are the public keys of an installation's receipts, without opening its database.
func Receipts(o Options) (receipt.Published, error) {
	o = o.complete()
	s, _, err := vault.OpenSigningKeyring(filepath.Join(o.Data, receiptKeysFile), o.ReceiptKeys, false, o.Random, nil, nil)
	if err != nil {
		return receipt.Published{}, err
	}
	return receipt.Publish(s), nil
}

// migrate brings the schema up to date, unless it is already: the program's own role may not be allowed to.
func (a *App) migrate(ctx context.Context) error {
	if a.Store.Ready(ctx) == nil {
		return nil
	}
	return a.Store.Migrate(ctx)
}

// Handler is everything that is served.
func (a *App) Handler() http.Handler { return a.Echo }

// Close closes the database, unless it was given open.
func (a *App) Close() error {
	if a.Store == nil || a.Store == a.Options.Store {
		return nil
	}
	return a.Store.Close()
}

// Secure tells whether the outside scheme is https: ours, or a trusted proxy's.
func (o Options) Secure() bool { return o.TLSCert != "" || len(o.Trusted) > 0 }

func (a *App) mount() (err error) {
	o := rest.Options{Policy: a.Policy, Authenticate: a.Accounts.Authenticate, Now: a.Now, Log: a.Log, Ready: a.Store.Ready,
		Trusted: a.Trusted, Metrics: a.Metrics, Secret: a.Vault.Code("cursor"), Version: a.Version, Looked: a.Reads.Note}
	if a.PublicRate > 0 {
		o.Public = rest.Rate{PerSecond: a.PublicRate, Burst: int(20 * a.PublicRate), Wait: 3 * time.Second}
		o.Posts = rest.Rate{PerSecond: 2 * a.PublicRate, Burst: int(40 * a.PublicRate), Wait: 3 * time.Second}
	}
	rest.Harden(a.Echo, o)
	pages, err := book()
	if err != nil {
		return err
	}
	a.Site, err = page.New(a.Echo, page.Options{Policy: a.Policy, Session: a.Accounts.Authenticate, Book: pages, Secure: a.Secure(),
		Demo: a.Demo, Now: a.Now, Log: a.Log, Nav: nav, Home: home, Door: door, Looked: a.Reads.Note, Proof: a.Accounts})
	if err != nil {
		return err
	}
	a.API = rest.New(a.Echo, o)
	a.Echo.Pre(rest.Elsewhere("/cases", "format", casework.SheetPath))
	a.mountRooms()
	return nil
}
