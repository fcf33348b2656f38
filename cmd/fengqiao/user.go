package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/app"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

type userCmd struct {
	Add      userAdd      `cmd:"" help:"Enter a person with a login. The password is drawn and printed, and must be changed at the first sign-in."`
	Post     userPost     `cmd:"" help:"Give a post, or end one."`
	Disable  userDisable  `cmd:"" help:"Let an account in no more, and end its sessions."`
	Password userPassword `cmd:"" help:"Reset a password, and end the sessions. The second factor stays."`
	Factor   userFactor   `cmd:"" name:"factor-reset" help:"Remove a lost second factor with its recovery codes, and end the sessions: the person sets it up anew."`
}

type secret struct {
	PasswordStdin bool `help:"Read the password from standard input instead of drawing one; it need not be changed."`
}

// take is the password to set, and whether it has to be changed because it was drawn here.
func (s secret) take(k console) (password string, drawn bool, err error) {
	if !s.PasswordStdin {
		return strings.ToLower(rand.Text()[:20]), true, nil
	}
	line, err := bufio.NewReader(k.in).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", false, fmt.Errorf("no password on standard input: %w", err)
	}
	return line, false, nil
}

type userAdd struct {
	database
	secret
	Login string `arg:"" help:"How the person signs in."`
	Name  string `required:"" help:"The person's name."`
	Area  string `default:"350500000000" placeholder:"CODE" help:"Area of twelve digits whose county keeps the person (default: ${default})."`
}

// Run enters a person with a login.
func (c *userAdd) Run(ctx context.Context, k console) error {
	if !ident.ValidArea(ident.Area(c.Area)) {
		return &app.Unfit{Sentence: "--area takes an area code of twelve digits"}
	}
	return c.with(ctx, k, func(a *app.App) error {
		password, drawn, hash, err := c.hash(ctx, k, a, c.Login)
		if err != nil {
			return err
		}
		err = a.Store.Do(ctx, actor.System, ident.Area(c.Area).County(), func(tx *db.Tx) error {
			person, err := a.Accounts.AddPerson(tx, account.Person{Name: c.Name})
			if err != nil {
				return err
			}
			_, err = a.Accounts.AddAccount(tx, account.NewAccount{Person: person, Login: c.Login, PasswordHash: hash, MustChange: drawn})
			return err
		})
		return tell(k, err, c.Login, password, drawn)
	})
}

func (s secret) hash(ctx context.Context, k console, a *app.App, login string) (password string, drawn bool, hash string, err error) {
	if password, drawn, err = s.take(k); err == nil {
		hash, err = a.Accounts.Hash(ctx, password, login)
	}
	return password, drawn, hash, err
}

func tell(k console, err error, login, password string, drawn bool) error {
	if err == nil && drawn {
		fmt.Fprintf(k.out, "login: %s\npassword: %s (good for seven days, to be changed at the first sign-in)\n", login, password)
	}
	return err
}

// with opens the program over a database that is there, for a command, and closes it again.
func (d database) with(ctx context.Context, k console, do func(*app.App) error) error {
	a, err := d.open(ctx, k, true)
	if err != nil {
		return err
	}
	return errors.Join(do(a), a.Close())
}

// onAccount finds an account by its login and does something about it in one transaction of its county.
func (d database) onAccount(ctx context.Context, a *app.App, login string, do func(tx *db.Tx, acc, person ident.ID) error) error {
	var acc, person ident.ID
	err := a.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		acc, person, err = a.Accounts.FindLogin(tx, strings.ToLower(login))
		return err
	})
	if fault.Is(err, fault.Missing) {
		return fmt.Errorf("nobody has the login %s", login)
	}
	if err != nil {
		return err
	}
	return a.Store.Do(ctx, actor.System, acc.County(), func(tx *db.Tx) error { return do(tx, acc, person) })
}

type userPost struct {
	database
	Login     string `arg:"" help:"Whose post."`
	Role      string `arg:"" help:"${roles}"`
	Committee string `placeholder:"ID" help:"For a mediator or a chair: the committee."`
	Area      string `placeholder:"CODE" help:"For everybody else: the area of twelve digits."`
	From      string `placeholder:"DAY" help:"First day, YYYY-MM-DD (default: today)."`
	End       bool   `help:"End the post instead of giving it: it is held no more from today on."`
}

// Run gives a post or ends one.
func (c *userPost) Run(ctx context.Context, k console) error {
	p := account.Post{Role: actor.Role(c.Role), Area: ident.Area(c.Area), From: calendar.Day(c.From)}
	if c.Committee != "" {
		id, err := ident.ParseID(c.Committee)
		if err != nil {
			return &app.Unfit{Sentence: "--committee takes the id of a committee"}
		}
		p.Committee = id
	}
	if _, err := calendar.ParseDay(c.From); c.From != "" && err != nil {
		return &app.Unfit{Sentence: "--from takes a day such as 2026-03-06"}
	}
	return c.with(ctx, k, func(a *app.App) error {
		defer tellGuard(ctx, k, a)
		return c.onAccount(ctx, a, c.Login, func(tx *db.Tx, _, person ident.ID) error {
			p.Person = person
			if c.End {
				return endPost(tx, a.Accounts, p)
			}
			_, err := a.Accounts.GivePost(tx, p)
			return err
		})
	})
}

// tellGuard says where nobody is left who gives posts, or who reads what is done with them: the console may end the last one.
func tellGuard(ctx context.Context, k console, a *app.App) {
	for role, what := range map[actor.Role]string{actor.AdminSecurity: "safety", actor.AdminAudit: "audit"} {
		g, err := a.Accounts.Guarded(ctx, role, "")
		if today := calendar.DayOf(a.Now()); err == nil && g.Lacks(today, 0) {
			fmt.Fprintf(k.out, "Nobody is administrator of %s now: give the post by fengqiao user post LOGIN %s --area CODE.\n", what, role)
		}
	}
}

func endPost(tx *db.Tx, s *account.Service, p account.Post) error {
	held, err := s.PostsOf(tx, p.Person)
	if err != nil {
		return err
	}
	today := calendar.DayOf(tx.Now)
	for _, h := range held {
		if h.Role == p.Role && h.Committee == p.Committee && h.Area == p.Area && (h.Until.IsZero() || today.Before(h.Until)) {
			return s.EndPost(tx, h.ID, today)
		}
	}
	return errors.New("this person does not hold that post")
}

type userDisable struct {
	database
	Login  string `arg:"" help:"Whose account."`
	Enable bool   `help:"Let it in again."`
}

// Run closes an account or opens it again.
func (c *userDisable) Run(ctx context.Context, k console) error {
	to := account.Disabled
	if c.Enable {
		to = account.Active
	}
	return c.with(ctx, k, func(a *app.App) error {
		defer tellGuard(ctx, k, a)
		return c.onAccount(ctx, a, c.Login, func(tx *db.Tx, acc, _ ident.ID) error { return a.Accounts.SetState(tx, acc, to) })
	})
}

type userPassword struct {
	database
	secret
	Login string `arg:"" help:"Whose password."`
}

// Run resets a password.
func (c *userPassword) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		password, drawn, hash, err := c.hash(ctx, k, a, c.Login)
		if err != nil {
			return err
		}
		err = c.onAccount(ctx, a, c.Login, func(tx *db.Tx, acc, _ ident.ID) error {
			return a.Accounts.SetPassword(tx, acc, hash, drawn)
		})
		return tell(k, err, c.Login, password, drawn)
	})
}

type userFactor struct {
	database
	Login string `arg:"" help:"Whose factor."`
}

// Run removes a second factor.
func (c *userFactor) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		return c.onAccount(ctx, a, c.Login, func(tx *db.Tx, acc, _ ident.ID) error { return a.Accounts.LoseFactor(tx, acc) })
	})
}
