// Command fengqiao is people's mediation in one program: the server, its database's keeper, and a few tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"fengqiao/internal/actor"
	"fengqiao/internal/app"
	"fengqiao/internal/discreet"
	"fengqiao/internal/fault"
	"fengqiao/internal/rest"
)

type cli struct {
	Serve   serveCmd   `cmd:"" help:"Serve the pages and the API."`
	Migrate migrateCmd `cmd:"" help:"Bring the database's schema up to date and end."`
	User    userCmd    `cmd:"" help:"Enter people, give and end posts, reset passwords."`
	Verify  verifyCmds `cmd:"" help:"Check the record of acts, or a receipt of it."`
	Backup  backupCmd  `cmd:"" help:"Write everything but the keys into one file, while the program runs."`
	Restore restoreCmd `cmd:"" help:"Put a backup back where nothing is, and check it."`
	Words   wordsCmd   `cmd:"" name:"search-words" help:"Keep anew by what every case is found: after a change of how names are spelled, or of places."`
	Keys    keysCmd    `cmd:"" name:"receipt-keys" help:"Print the public keys of receipts, to be kept apart from this program."`
	Rings   ringCmds   `cmd:"" name:"keys" help:"Turn the keys under which values are sealed."`
	Seals   sealsCmds  `cmd:"" help:"Print the digests of sealed days, to be compared with paper."`
	Policy  policyCmd  `cmd:"" help:"Print who may do what: role, action, level, view."`
	Version versionCmd `cmd:"" help:"Say which program this is."`
}

// database are the settings that every command shares.
type database struct {
	DatabaseURL string `name:"database-url" env:"FENGQIAO_DATABASE_URL" default:"sqlite:var/fengqiao.db" placeholder:"URL" help:"sqlite:PATH or postgres://… (default: ${default})."`
	Data        string `name:"data" env:"FENGQIAO_DATA" placeholder:"FOLDER" help:"Where keys and files lie (default: the folder of the SQLite file, else var)."`
	Keys        string `name:"keys" env:"FENGQIAO_KEYS" placeholder:"KEYS" help:"Master keys in base64, instead of the file keys in the data folder; better given in the environment than on the command line."`
	CaucusKeys  string `name:"caucus-keys" env:"FENGQIAO_CAUCUS_KEYS" placeholder:"KEYS" help:"Master keys of the notes of caucuses in base64, instead of the file caucus-keys in the data folder; others than the master keys, and better given in the environment."`
	ReceiptKeys string `name:"receipt-keys" env:"FENGQIAO_RECEIPT_KEYS" placeholder:"KEYS" help:"Keys that sign receipts in base64, instead of the file receipt-keys in the data folder; others than the keys that seal, and better given in the environment."`
	LogFormat   string `name:"log-format" env:"FENGQIAO_LOG_FORMAT" enum:"text,json" default:"text" help:"text or json (default: ${default})."`
}

func main() {
	syscall.Umask(0o077) // what the program writes is nobody else's to read: database, keys, files
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func roles() string {
	names := make([]string, len(actor.Staff))
	for i, r := range actor.Staff {
		names[i] = string(r)
	}
	return "One of " + strings.Join(names, ", ") + "."
}

// console is where a command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// Exit codes: 0 done, 1 failed, 2 a setting or an argument that cannot be used.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("fengqiao"), kong.Description("People's mediation (人民调解) case management."),
		kong.Writers(out, errs), kong.Exit(func(code int) { exited = code }), kong.Vars{"roles": roles()},
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(console{in, out, errs}))
	if err != nil {
		fmt.Fprintln(errs, "fengqiao:", err)
		return 1
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintf(errs, "fengqiao: %v\nRun fengqiao --help.\n", err)
		return 2
	}
	return outcome(command.Run(), errs)
}

func outcome(err error, errs io.Writer) int {
	var unfit *app.Unfit
	var said *fault.Fault
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(errs, "fengqiao: stopped before it was done")
		return 1
	case errors.As(err, &unfit):
		fmt.Fprintln(errs, "fengqiao:", unfit.Sentence)
		return 2
	case errors.As(err, &said) && said.Kind != fault.Internal:
		fmt.Fprintln(errs, "fengqiao:", said.Text.EN)
		for _, f := range said.Fields {
			fmt.Fprintf(errs, "  %s: %s\n", f.At, f.Text.EN)
		}
		return 1
	}
	fmt.Fprintln(errs, "fengqiao:", discreet.Text(err)) // it stands in a journal where systemd runs the command
	return 1
}

func (d database) logger(to io.Writer) *slog.Logger {
	if d.LogFormat == "json" {
		return slog.New(rest.LogHandler(slog.NewJSONHandler(to, nil)))
	}
	return slog.New(rest.LogHandler(slog.NewTextHandler(to, nil)))
}

// version is set by the linker in a release; otherwise the commit says which program this is.
var version = ""

func versionOf() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev-" + s.Value[:12]
		}
	}
	return "dev"
}
