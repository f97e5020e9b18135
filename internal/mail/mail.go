// Package mail sends letters of plain text: through a mail server, or into a
// folder where people and tests find them.
package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// Sender sends letters.
type Sender interface {
	Send(ctx context.Context, to, subject, text string) error
}

// Open returns what sends letters from an address: with "folder:PATH" into a
// folder, with "smtp://USER:PASSWORD@HOST:PORT" through a server that must
// offer TLS, with "smtps://…" over TLS from the start. Only a server on
// this machine may do without.
//
// No error of Open ever holds the password of the URL.
func Open(address, from string) (Sender, error) {
	if err := mail.NewMsg().From(from); err != nil {
		return nil, fmt.Errorf("mail: the sender %q is no address", from)
	}
	switch scheme, rest, _ := strings.Cut(address, ":"); scheme {
	case "folder":
		if rest == "" {
			return nil, errors.New("mail: folder: needs a path")
		}
		return folder{rest, from}, nil
	case "smtp", "smtps":
		return openSMTP(address, from)
	}
	return nil, errors.New("mail: letters go to folder:PATH, smtp://HOST or smtps://HOST")
}

func message(from, to, subject, text string) (*mail.Msg, error) {
	m := mail.NewMsg()
	if err := m.From(from); err != nil {
		return nil, fmt.Errorf("mail: the sender: %w", err)
	}
	if err := m.To(to); err != nil {
		return nil, errors.New("mail: the recipient's address cannot be written to") // its text is personal
	}
	m.Subject(subject)
	m.SetDate()
	m.SetMessageID()
	m.SetBodyString(mail.TypeTextPlain, text)
	return m, nil
}

// folder writes each letter into a file of its own.
type folder struct{ path, from string }

func (f folder) Send(_ context.Context, to, subject, text string) error {
	m, err := message(f.from, to, subject, text)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	// Readable by the owner alone: letters open accounts. By name they are in order.
	name := filepath.Join(f.path, time.Now().UTC().Format("20060102-150405.000000")+"-"+rand.Text()[:6]+".eml")
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	_, err = m.WriteTo(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// server sends letters through a mail server, each over a connection of its own.
type server struct {
	host, from string
	options    []mail.Option
}

func openSMTP(address, from string) (Sender, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("mail: the server's URL cannot be read; percent-encode the special characters of its password")
	}
	options := []mail.Option{mail.WithTimeout(30 * time.Second)}
	switch host := u.Hostname(); {
	case u.Scheme == "smtps":
		options = append(options, mail.WithSSLPort(false))
	case host == "localhost" || net.ParseIP(host).IsLoopback():
		options = append(options, mail.WithTLSPortPolicy(mail.TLSOpportunistic))
	default:
		options = append(options, mail.WithTLSPortPolicy(mail.TLSMandatory))
	}
	if port := u.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil {
			return nil, errors.New("mail: the server's port is no number")
		}
		options = append(options, mail.WithPort(n))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	if _, err := mail.NewClient(u.Hostname(), options...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return server{u.Hostname(), from, options}, nil
}

func (s server) Send(ctx context.Context, to, subject, text string) error {
	m, err := message(s.from, to, subject, text)
	if err != nil {
		return err
	}
	client, err := mail.NewClient(s.host, s.options...)
	if err == nil {
		err = client.DialAndSendWithContext(ctx, m)
	}
	if err != nil {
		return fmt.Errorf("mail: sending: %w", err)
	}
	return nil
}
