package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"streamex/internal/auth"
)

type users struct {
	Create      createUser  `cmd:"" help:"Open an account with one profile."`
	SetRole     setRole     `cmd:"" help:"Make an account an administrator's, or not."`
	SetPassword setPassword `cmd:"" help:"Change an account's password and sign it out everywhere."`

	RemoveSecondFactor removeSecondFactor `cmd:"" help:"Turn an account's second factor off and sign it out everywhere."`
}

type createUser struct {
	Email    string `arg:"" help:"Address that signs in."`
	Name     string `help:"Name of the account and of its profile; the address's first half if left out."`
	Role     string `default:"viewer" enum:"viewer,admin" help:"viewer or admin."`
	Language string `default:"en" enum:"es,en" help:"Language of the profile: es or en."`
}

// Run opens the account.
func (u *createUser) Run(ctx context.Context, c *cli, t *terminal) error {
	return c.accounts(ctx, t, func(s *auth.Service) error {
		password, err := t.password(ctx)
		if err != nil {
			return err
		}
		err = s.Create(ctx, auth.Account{Email: u.Email, Password: password, Name: u.Name, Admin: u.Role == "admin", Language: u.Language})
		if err == nil {
			fmt.Fprintln(t.stdout, "The account was opened.")
		}
		return err
	})
}

type setRole struct {
	Email string `arg:"" help:"Address that signs in."`
	Role  string `arg:"" enum:"viewer,admin" help:"viewer or admin."`
}

// Run sets the role.
func (u *setRole) Run(ctx context.Context, c *cli, t *terminal) error {
	return c.accounts(ctx, t, func(s *auth.Service) error {
		err := s.SetAdmin(ctx, u.Email, u.Role == "admin")
		if err == nil {
			fmt.Fprintln(t.stdout, "The role was set.")
		}
		return err
	})
}

type setPassword struct {
	Email string `arg:"" help:"Address that signs in."`
}

// Run sets the password.
func (u *setPassword) Run(ctx context.Context, c *cli, t *terminal) error {
	return c.accounts(ctx, t, func(s *auth.Service) error {
		password, err := t.password(ctx)
		if err != nil {
			return err
		}
		err = s.SetPassword(ctx, u.Email, password)
		if err == nil {
			fmt.Fprintln(t.stdout, "The password was set; all devices are signed out.")
		}
		return err
	})
}

type removeSecondFactor struct {
	Email string `arg:"" optional:"" help:"Address that signs in."`
	All   bool   `help:"Of all accounts: for when the key is lost."`
}

// Validate is kong's: it wants either.
func (u *removeSecondFactor) Validate() error {
	if u.All == (u.Email != "") {
		return errors.New("give an address or --all")
	}
	return nil
}

// Run turns second factors off.
func (u *removeSecondFactor) Run(ctx context.Context, c *cli, t *terminal) error {
	return c.accounts(ctx, t, func(s *auth.Service) error {
		if !u.All {
			err := s.DropSecondFactor(ctx, u.Email)
			if err == nil {
				fmt.Fprintln(t.stdout, "The second factor is off; all devices are signed out.")
			}
			return err
		}
		n, err := s.DropSecondFactors(ctx)
		if err == nil {
			fmt.Fprintf(t.stdout, "Second factors turned off: %d; their accounts are signed out.\n", n)
		}
		return err
	})
}

// accounts runs do on the accounts of the database.
func (c *cli) accounts(ctx context.Context, t *terminal, do func(*auth.Service) error) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	err = do(newAuth(db, t, auth.Options{}))
	if errors.Is(err, auth.ErrNotFound) {
		err = errors.New("there is no account with this address")
	}
	return errors.Join(err, db.Close())
}

// password is $STREAMEX_PASSWORD or the first line of the input. It is never an
// argument: those are shown to everybody on the machine.
func (t *terminal) password(ctx context.Context) (string, error) {
	if password := t.getenv("STREAMEX_PASSWORD"); password != "" {
		return password, nil
	}
	if f, ok := t.stdin.(*os.File); ok && isTerminal(f) {
		fmt.Fprint(t.stderr, "Password: ")
		if echo(f, "-echo") == nil { // else it is typed in sight
			defer func() { _ = echo(f, "echo"); fmt.Fprintln(t.stderr) }()
		}
	}
	type answer struct {
		line string
		err  error
	}
	answered := make(chan answer, 1)
	go func() { // whoever interrupts gets the terminal back as it was
		line, err := bufio.NewReader(io.LimitReader(t.stdin, 4096)).ReadString('\n')
		answered <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-answered:
		if a.err != nil && !errors.Is(a.err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", a.err)
		}
		password := strings.TrimRight(a.line, "\r\n")
		if password == "" {
			return "", errors.New("no password: set $STREAMEX_PASSWORD or type one")
		}
		return password, nil
	}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// echo turns the terminal's echo on and off, with the system's own tool.
func echo(f *os.File, mode string) error {
	cmd := exec.Command("stty", mode)
	cmd.Stdin = f
	return cmd.Run()
}
