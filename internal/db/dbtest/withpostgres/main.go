// Command withpostgres runs a command beside a throw-away PostgreSQL, whose address the command finds in
// FENGQIAO_TEST_DATABASE_URL: withpostgres go test ./...
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"fengqiao/internal/db/dbtest/cluster"
)

const variable = "FENGQIAO_TEST_DATABASE_URL"

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: withpostgres command [argument …]")
		os.Exit(2)
	}
	os.Exit(run(context.Background(), os.Args[1:]))
}

func run(ctx context.Context, args []string) int {
	env := os.Environ()
	if os.Getenv(variable) == "" {
		address, err := cluster.Start(ctx)
		switch {
		case errors.Is(err, cluster.ErrNone) && os.Getenv("CI") != "true":
			fmt.Fprintln(os.Stderr, "Tests of rows run on SQLite only.", err)
		case err != nil:
			fmt.Fprintln(os.Stderr, err)
			return 1
		default:
			env = append(env, variable+"="+address, cluster.ThrownAway+"=1")
		}
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdin, os.Stdout, os.Stderr, env
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
