package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"fengqiao/internal/db/dbtest/cluster"
)

// house is all that runs: the database, the product and the floor.
type house struct {
	options
	password string

	folder   string
	database string
	version  string // of PostgreSQL
	serving  *program
	baseline *program
	scene    scene
	crowd    crowd
}

// settings make commits durable, which a cluster for tests does without. Nothing is cleaned up in the background while
// something is measured.
var settings = []string{"fsync=on", "full_page_writes=on", "synchronous_commit=on", "shared_buffers=256MB", "max_wal_size=4GB"}

// build starts the database, fills it with the demo city, and starts both programs on it.
func (h *house) build(ctx context.Context) (err error) {
	if h.folder, err = os.MkdirTemp("", "fengqiao-bench-"); err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	address, err := cluster.Start(ctx, settings...)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	if err := h.fill(ctx, address); err != nil {
		return err
	}
	if h.serving, err = h.startProduct(ctx); err != nil {
		return err
	}
	keys := filepath.Join(h.folder, "data", "keys")
	if h.baseline, err = start(ctx, h.folder, "floor", h.floor, nil, "-database", h.database, "-keys", keys); err != nil {
		return err
	}
	return h.signIn(ctx)
}

func (h *house) tearDown() {
	for _, p := range []*program{h.serving, h.baseline} {
		if p != nil {
			p.Stop()
		}
	}
	if h.folder != "" {
		_ = os.RemoveAll(h.folder)
	}
}

// fill lets the product load its city, and stops it again: a program that has just loaded a city is not one that serves.
func (h *house) fill(ctx context.Context, address string) error {
	folder, err := folderOf(address)
	if err != nil {
		return err
	}
	if h.crowd.postgres, err = postmaster(folder); err != nil {
		return err
	}
	h.database = strings.Replace(address, "/postgres?", "/bench?", 1)
	if err := h.statement(ctx, address, "CREATE DATABASE bench TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"); err != nil {
		return err
	}
	size, err := h.sizeFlag(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(h.log, "Loading the demo city …")
	loader, err := h.startProduct(ctx, size...)
	if err != nil {
		return err
	}
	loader.Stop()
	fmt.Fprintf(h.log, "Loaded in %.0f s.\n", loader.Ready.Seconds())
	return errors.Join(h.statement(ctx, h.database, "VACUUM (ANALYZE)"), h.statement(ctx, h.database, "CHECKPOINT"))
}

// postmaster is the process id of the server whose cluster lies in a folder.
func postmaster(folder string) (int, error) {
	text, err := os.ReadFile(filepath.Join(folder, "data", "postmaster.pid"))
	if err != nil {
		return 0, fmt.Errorf("process of the database: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(first)
}

func (h *house) statement(ctx context.Context, address, sql string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("%.20s: %w", sql, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%.20s: %w", sql, err)
	}
	return conn.QueryRow(ctx, "SHOW server_version").Scan(&h.version)
}

func (h *house) startProduct(ctx context.Context, more ...string) (*program, error) {
	env := []string{"FENGQIAO_DEMO_PASSWORD=" + h.password}
	args := append([]string{"serve", "--demo", "--database-url", h.database, "--data", filepath.Join(h.folder, "data"),
		"--listen", "127.0.0.1:0", "--metrics-listen="}, more...)
	return start(ctx, h.folder, "product", h.product, env, args...)
}

// signIn opens the sessions of the logins and finds what there is to ask.
func (h *house) signIn(ctx context.Context) error {
	h.crowd.tokens = map[string]string{}
	var chair session
	for _, login := range []string{"mediator", "supervisor", "chair"} {
		var err error
		if chair, err = h.session(ctx, login); err != nil {
			return fmt.Errorf("sign in as %s: %w", login, err)
		}
		h.crowd.tokens[login] = chair.Token
	}
	var err error
	h.scene, err = survey(ctx, h.database, chair.Actor.Posts[0].Committee, chair.Actor.ID)
	return err
}

// session is what signing in answers.
type session struct {
	Token string `json:"token"`
	Actor struct {
		ID    string `json:"id"`
		Posts []struct {
			Committee string `json:"committee_id"`
		} `json:"posts"`
	} `json:"actor"`
}

func (h *house) session(ctx context.Context, login string) (session, error) {
	var out session
	body, err := json.Marshal(map[string]string{"login": login, "password": h.password})
	if err != nil {
		return out, fmt.Errorf("password: %w", err)
	}
	text, err := h.crowd.send(ctx, h.crowd.client(), h.serving.Address, "",
		ask{method: http.MethodPost, path: "/api/v1/sessions", body: string(body), status: http.StatusCreated})
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(text, &out); err != nil || len(out.Actor.Posts) == 0 {
		return out, fmt.Errorf("no post in the answer: %w", err)
	}
	return out, nil
}
