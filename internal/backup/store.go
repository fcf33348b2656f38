package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"fengqiao/internal/fault"
	"fengqiao/internal/owner"
)

// found is what a database holds at one moment.
type found struct {
	engine string
	schema int64
	tables map[string]int64
	record string
	files  []string // hashes of all files that rows name, in order
}

type asks interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// copyDatabase writes the database as it is at one moment into a file, and counts it at the same moment.
func (o Options) copyDatabase(ctx context.Context, to string) (found, error) {
	if engineOf(o.Database) == "sqlite" {
		return copySQLite(ctx, strings.TrimPrefix(o.Database, "sqlite:"), to)
	}
	return copyPostgres(ctx, o.Database, to)
}

func openSQLite(path, with string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(10000)"+with)
}

// copySQLite has SQLite itself write a copy, which holds what was committed when it began; writers go on meanwhile.
func copySQLite(ctx context.Context, path, to string) (f found, err error) {
	if _, err := os.Stat(path); err != nil {
		return f, fmt.Errorf("database: %w", err)
	}
	db, err := openSQLite(path, "")
	if err != nil {
		return f, err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	if err := errors.Join(err, db.Close()); err != nil {
		return f, fmt.Errorf("copy the database: %w", err)
	}
	return countSQLite(ctx, to)
}

// countSQLite counts a file that nobody writes to.
func countSQLite(ctx context.Context, path string) (f found, err error) {
	db, err := openSQLite(path, "&mode=ro&_pragma=query_only(1)")
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	said, err := texts(ctx, db, "PRAGMA integrity_check(1)")
	if err != nil {
		return f, err
	}
	if len(said) != 1 || said[0] != "ok" {
		return f, fmt.Errorf("the database is damaged: %s", strings.Join(said, "; "))
	}
	return count(ctx, db, "sqlite", "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
}

// appendOnly are those logs. In PostgreSQL that is a matter of privileges, which a backup brings none of: names of
// roles differ from one server to the next.
var appendOnly = []string{"account_events", "case_reads", "held_events", "journal", "number_look_ups", "record_seals", "review_openings", "seal_acceptances", "subsidy_exports"}

// AppendOnly are the logs that are only added to.
func AppendOnly() []string { return slices.Clone(appendOnly) }

// guard takes away what the migrations take away, and gives back what they give. A log that a backup of an earlier schema does not have
// yet is guarded by the migration that makes it.
func guard() string {
	out := ""
	for _, table := range appendOnly {
		out += "DO $$ BEGIN IF to_regclass('" + table + "') IS NOT NULL THEN REVOKE UPDATE, DELETE, TRUNCATE ON " + table + " FROM CURRENT_USER; END IF; END $$; "
	}
	return out + "GRANT UPDATE (words_sealed, salt) ON journal TO CURRENT_USER; "
}

// emptied is what a backup holds and a restore does not bring back: who was signed in then may have been shut out since.
var emptied = []string{"sessions"}

func emptying() string {
	out := ""
	for _, table := range emptied {
		out += "DELETE FROM " + table + "; "
	}
	return out
}

const postgresTables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"

// copyPostgres has pg_dump write what one snapshot shows, and counts the same snapshot.
func copyPostgres(ctx context.Context, address, to string) (f found, err error) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return f, fmt.Errorf("database: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	snapshot, err := texts(ctx, tx, "SELECT pg_export_snapshot()")
	if err != nil {
		return f, err
	}
	args := []string{"--format=custom", "--no-owner", "--no-privileges", "--snapshot=" + snapshot[0], "--file=" + to}
	others, err := texts(ctx, tx, "SELECT nspname FROM pg_namespace WHERE nspname <> current_schema() AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'")
	if err != nil {
		return f, err
	}
	for _, schema := range others { // ours is the one that the address leads to; what lies beside it is others'
		args = append(args, `--exclude-schema="`+strings.ReplaceAll(schema, `"`, `""`)+`"`)
	}
	if err := postgresTool(ctx, address, "pg_dump", args...); err != nil {
		return f, err
	}
	return count(ctx, tx, "postgres", postgresTables)
}

// count counts the rows of every table, and reads the record's hashes and the files' once.
func count(ctx context.Context, q asks, engine, tables string) (f found, err error) {
	f = found{engine: engine, tables: map[string]int64{}}
	names, err := texts(ctx, q, tables)
	if err != nil {
		return f, err
	}
	for _, name := range names {
		n, err := texts(ctx, q, `SELECT CAST(COUNT(*) AS text) FROM "`+name+`"`)
		if err != nil {
			return f, err
		}
		if f.tables[name], err = strconv.ParseInt(n[0], 10, 64); err != nil {
			return f, err
		}
	}
	if _, ours := f.tables["journal"]; !ours {
		return f, errors.New("this is no database of this program")
	}
	schema, err := texts(ctx, q, "SELECT CAST(MAX(version_id) AS text) FROM goose_db_version")
	if err != nil {
		return f, err
	}
	if f.schema, err = strconv.ParseInt(schema[0], 10, 64); err != nil {
		return f, err
	}
	sum := sha256.New()
	err = readAll(ctx, q, "SELECT hash FROM journal ORDER BY county_code, case_id, seq", func(hash string) { sum.Write([]byte(hash + "\n")) })
	if err != nil {
		return f, err
	}
	f.record = hex.EncodeToString(sum.Sum(nil))
	f.files, err = texts(ctx, q, "SELECT DISTINCT sha256 FROM documents ORDER BY sha256")
	return f, err
}

// named tells whether a row of the database as it is now names a file.
func (o Options) named(ctx context.Context, hash string) (yes bool, err error) {
	var db *sql.DB
	if path, ok := strings.CutPrefix(o.Database, "sqlite:"); ok {
		db, err = openSQLite(path, "&mode=ro")
	} else {
		db, err = sql.Open("pgx", o.Database)
	}
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if !isHash.MatchString(hash) {
		return false, fmt.Errorf("no hash of a file: %q", hash)
	}
	rows, err := texts(ctx, db, "SELECT sha256 FROM documents WHERE sha256 = '"+hash+"' LIMIT 1")
	return len(rows) > 0, err
}

var isHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

func texts(ctx context.Context, q asks, query string) (out []string, err error) {
	err = readAll(ctx, q, query, func(text string) { out = append(out, text) })
	return out, err
}

func readAll(ctx context.Context, q asks, query string, take func(text string)) error {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		take(text)
	}
	return rows.Err()
}

// isEmpty tells whether there is nothing yet where a backup is to be put back.
func (o Options) isEmpty(ctx context.Context) (err error) {
	taken := fault.New(fault.Conflict, "database", "数据库里已经有内容。请恢复到空的数据库。", "There is something in the database already: restore into an empty one.")
	if path, ok := strings.CutPrefix(o.Database, "sqlite:"); ok {
		for _, ending := range []string{"", "-wal", "-journal"} {
			if _, err := os.Lstat(path + ending); err == nil {
				return taken
			}
		}
		return nil
	}
	db, err := sql.Open("pgx", o.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	there, err := texts(ctx, db, postgresTables)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	if len(there) > 0 {
		return taken
	}
	return nil
}

// putDatabase puts the copy back, without sessions and with its logs guarded.
func (o Options) putDatabase(ctx context.Context, from string) error {
	if path, ok := strings.CutPrefix(o.Database, "sqlite:"); ok {
		db, err := openSQLite(from, "")
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, emptying())
		if err := errors.Join(err, db.Close(), owner.Folder(filepath.Dir(path))); err != nil {
			return err
		}
		if err := move(from, path); err != nil {
			return err
		}
		return syncFolder(filepath.Dir(path))
	}
	db, err := sql.Open("pgx", o.Database)
	if err != nil {
		return err
	}
	defer db.Close() // everything is in by then
	if err := makeWay(ctx, db); err != nil {
		return err
	}
	if err := postgresTool(ctx, o.Database, "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", from); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, emptying()+guard()+"ANALYZE")
	return err
}

// move renames a file, or copies it where it goes to another disk.
func move(from, to string) (err error) {
	if os.Rename(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return write(to, in)
}

// compare counts what was put back and says where it is not what was written.
func (o Options) compare(ctx context.Context, m Manifest) error {
	var f found
	var err error
	if path, ok := strings.CutPrefix(o.Database, "sqlite:"); ok {
		f, err = countSQLite(ctx, path)
	} else {
		f, err = countPostgres(ctx, o.Database)
	}
	if err != nil {
		return err
	}
	for name, n := range m.Tables {
		if slices.Contains(emptied, name) {
			n = 0
		}
		if f.tables[name] != n {
			return fmt.Errorf("restored, but table %s has %d rows and not %d", name, f.tables[name], n)
		}
	}
	if len(f.tables) != len(m.Tables) || f.schema != m.Schema || f.record != m.Record {
		return errors.New("restored, but the tables or the record are not those of the backup")
	}
	want := slices.Clone(m.Gone)
	for _, p := range m.Files {
		want = append(want, p.SHA256)
	}
	slices.Sort(want)
	if !slices.Equal(f.files, want) {
		return errors.New("restored, but rows name other files than those of the backup")
	}
	return nil
}

func countPostgres(ctx context.Context, address string) (f found, err error) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return count(ctx, db, "postgres", postgresTables)
}

// settingsOf are the variables by which PostgreSQL's own programs are told what an address says of a connection.
var settingsOf = map[string]string{"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "sslcrl": "PGSSLCRL", "sslcrldir": "PGSSLCRLDIR",
	"sslsni": "PGSSLSNI", "sslcertmode": "PGSSLCERTMODE", "sslnegotiation": "PGSSLNEGOTIATION", "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION", "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
	"channel_binding": "PGCHANNELBINDING", "require_auth": "PGREQUIREAUTH", "requirepeer": "PGREQUIREPEER", "gssencmode": "PGGSSENCMODE", "krbsrvname": "PGKRBSRVNAME",
	"connect_timeout": "PGCONNECT_TIMEOUT", "target_session_attrs": "PGTARGETSESSIONATTRS", "passfile": "PGPASSFILE", "application_name": "PGAPPNAME", "client_encoding": "PGCLIENTENCODING"}

// environment is what an address says, password included, as variables, where no list of processes shows it. What only the server
// understands, as search_path, goes by options.
func environment(address string, c *pgx.ConnConfig) (out []string) {
	hosts, ports := servers(c)
	out = append(out, "PGHOST="+hosts, "PGPORT="+ports, "PGUSER="+c.User, "PGPASSWORD="+c.Password)
	if u, err := url.Parse(address); err == nil {
		for name, variable := range settingsOf {
			if v := u.Query().Get(name); v != "" {
				out = append(out, variable+"="+v)
			}
		}
	}
	options := c.RuntimeParams["options"]
	for _, name := range slices.Sorted(maps.Keys(c.RuntimeParams)) {
		if _, said := settingsOf[name]; !said && name != "options" {
			options += " -c " + name + "=" + strings.NewReplacer(`\`, `\\`, " ", `\ `).Replace(c.RuntimeParams[name])
		}
	}
	if options = strings.TrimSpace(options); options != "" {
		out = append(out, "PGOPTIONS="+options)
	}
	return out
}

// postgresTool runs one of PostgreSQL's own programs on a database.
func postgresTool(ctx context.Context, address, name string, args ...string) error {
	program, err := find(name)
	if err != nil {
		return err
	}
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, append([]string{"--dbname=" + c.Database}, args...)...)
	cmd.Env = append(os.Environ(), environment(address, c)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return nil
}

// makeWay removes the schema that the address leads to, which is empty, where it is one of our own: the backup brings it.
func makeWay(ctx context.Context, db *sql.DB) error {
	at, err := texts(ctx, db, "SELECT quote_ident(current_schema()) WHERE current_schema() <> 'public'")
	if err != nil || len(at) == 0 {
		return err
	}
	_, err = db.ExecContext(ctx, "DROP SCHEMA "+at[0])
	return err
}

// servers are all that an address names, each once and in their order, as PostgreSQL's own programs want them: where a standby took
// over, the first may be gone.
func servers(c *pgx.ConnConfig) (hosts, ports string) {
	at := []string{c.Host + "\n" + strconv.Itoa(int(c.Port))}
	for _, f := range c.Fallbacks { // the same server stands there again for each way to encrypt
		if s := f.Host + "\n" + strconv.Itoa(int(f.Port)); !slices.Contains(at, s) {
			at = append(at, s)
		}
	}
	for _, s := range at {
		host, port, _ := strings.Cut(s, "\n")
		hosts, ports = hosts+","+host, ports+","+port
	}
	return hosts[1:], ports[1:]
}

// find looks for one of PostgreSQL's programs on the path, else among Debian's versions, the newest first.
func find(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(all) == 0 {
		return "", fault.New(fault.Unavailable, name, "没有找到 %s：请安装 PostgreSQL 的客户端程序。", "There is no %s here: please install PostgreSQL's client programs.", name)
	}
	slices.SortFunc(all, func(a, b string) int { return versionIn(b) - versionIn(a) })
	return all[0], nil
}

func versionIn(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}
