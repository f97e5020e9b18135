package mail_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/internal/mail"
)

const from = "StreamEx <streamex@example.com>"

func TestFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "mail")
	s, err := mail.Open("folder:"+path, from)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, s.Send(t.Context(), "ana@example.com", "Contraseña", "Hello,\n\nhttps://streamex.example/reset-password#TOKEN\n"))
	}
	files, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Len(t, files, 2)
	info, err := files[0].Info()
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
	text, err := os.ReadFile(filepath.Join(path, files[0].Name()))
	require.NoError(t, err)
	for _, line := range []string{`From: "StreamEx" <streamex@example.com>`, "To: <ana@example.com>", "Subject: =?UTF-8?q?Contrase=C3=B1a?=", "https://streamex.example/reset-password#TOKEN"} {
		require.Contains(t, string(text), line)
	}

	require.Error(t, s.Send(t.Context(), "ana@example.com>\r\nBcc: eve@example.com", "x", "x"))
	file := filepath.Join(path, files[0].Name())
	broken, err := mail.Open("folder:"+file, from)
	require.NoError(t, err)
	require.Error(t, broken.Send(t.Context(), "ana@example.com", "x", "x"))
}

// A mail server takes a letter.
func TestServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	letters := make(chan string, 1)
	go serve(l, letters)
	s, err := mail.Open("smtp://"+l.Addr().String(), from)
	require.NoError(t, err)
	require.NoError(t, s.Send(t.Context(), "ana@example.com", "Hello", "The text."))
	letter := <-letters
	require.Contains(t, letter, "MAIL FROM:<streamex@example.com>")
	require.Contains(t, letter, "RCPT TO:<ana@example.com>")
	require.Contains(t, letter, "Subject: Hello")
	require.Contains(t, letter, "The text.")
	l.Close()
	require.Error(t, s.Send(t.Context(), "ana@example.com", "Hello", "The text."))
}

// serve answers one client as a mail server does.
func serve(l net.Listener, letters chan<- string) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	fmt.Fprint(c, "220 test\r\n")
	var all strings.Builder
	text := false
	for lines := bufio.NewScanner(c); lines.Scan(); {
		line := lines.Text()
		all.WriteString(line + "\n")
		switch {
		case text && line == ".":
			text = false
			letters <- all.String()
			fmt.Fprint(c, "250 taken\r\n")
		case text:
		case line == "DATA":
			text = true
			fmt.Fprint(c, "354 go on\r\n")
		case line == "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 fine\r\n")
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range [][2]string{
		{"", from}, {"folder:", from}, {"imap://x", from}, {"smtp://", from}, {"smtp://ana:topsecret@host:port", from},
		{"smtp://ana:top/secret@host", from}, {"folder:x", "nobody"}, {"folder:x", ""},
	} {
		_, err := mail.Open(c[0], c[1])
		require.Error(t, err, c)
		require.NotContains(t, err.Error(), "secret")
	}
	for _, url := range []string{"smtp://ana:topsecret@mail.example.com:587", "smtps://mail.example.com", "smtp://localhost:25"} {
		_, err := mail.Open(url, from)
		require.NoError(t, err)
	}
}
