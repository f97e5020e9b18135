package auth

import (
	"context"
	"time"

	"streamex/internal/viewer"
)

const (
	// maxLetters bounds how many letters are written at once.
	maxLetters = 8
	// delivery is how long writing and sending a letter may take.
	delivery = time.Minute
)

// write writes a letter after the answer. When too many are being written
// already it is left out.
func (s *Service) write(ctx context.Context, send func(context.Context) error) {
	log := s.options.Log.With("trace_id", s.options.TraceID(ctx))
	select {
	case s.writing <- struct{}{}:
	default:
		log.WarnContext(ctx, "a letter was left out: too many are being sent")
		return
	}
	s.letters.Go(func() {
		defer func() { <-s.writing }()
		// Not of ctx: the answer neither waits for this nor counts its statements.
		ctx, cancel := context.WithTimeout(context.Background(), delivery)
		defer cancel()
		if err := send(ctx); err != nil {
			log.ErrorContext(ctx, "a letter was not sent", "err", err)
		}
	})
}

// Wait returns when no letter is being written any more.
func (s *Service) Wait() { s.letters.Wait() }

// notify tells the owner of an account what was done with it. Without a mailer
// it does nothing.
func (s *Service) notify(ctx context.Context, email string, what letters) {
	if s.options.Mail == nil {
		return
	}
	l := what.in(viewer.From(ctx).Language)
	s.write(ctx, func(ctx context.Context) error { return s.options.Mail.Send(ctx, email, l.subject, l.text) })
}

type letter struct{ subject, text string }

// letters are a letter in the product's languages.
type letters map[string]letter

func (l letters) in(language string) letter {
	if found, ok := l[language]; ok {
		return found
	}
	return l[english]
}

var forgotten = letters{
	english: {"Choose a new password", `Hello,

somebody asked for a new password for your StreamEx account. To choose one,
open this page within 30 minutes:

%s

If it was not you, there is nothing to do: your password is as it was.
`},
	"es": {"Elige una contraseña nueva", `Hola:

Alguien ha pedido una contraseña nueva para tu cuenta de StreamEx. Para
elegirla, abre esta página antes de 30 minutos:

%s

Si no has sido tú, no hace falta que hagas nada: tu contraseña es la de antes.
`},
}

var factorOn = letters{
	english: {"Signing in needs a code now", `Hello,

two-step verification was turned on for your StreamEx account: from now on,
signing in needs a code of your app, or one of the recovery codes. All other
devices are signed out.

If it was not you, somebody knows your password: choose another one at once,
and ask us to turn two-step verification off.
`},
	"es": {"Ahora hace falta un código para entrar", `Hola:

Se ha activado la verificación en dos pasos de tu cuenta de StreamEx: a partir
de ahora, para entrar hace falta un código de tu aplicación o uno de los códigos
de recuperación. Se ha cerrado la sesión en los demás dispositivos.

Si no has sido tú, alguien sabe tu contraseña: elige otra cuanto antes y pídenos
que desactivemos la verificación en dos pasos.
`},
}

var factorOff = letters{
	english: {"Signing in needs no code any more", `Hello,

two-step verification was turned off for your StreamEx account: from now on, the
password is enough to sign in. Recovery codes are good no more.

If it was not you and you did not ask us for it, choose another password and turn
two-step verification on again.
`},
	"es": {"Ya no hace falta un código para entrar", `Hola:

Se ha desactivado la verificación en dos pasos de tu cuenta de StreamEx: a partir
de ahora basta la contraseña para entrar. Los códigos de recuperación ya no sirven.

Si no has sido tú ni nos lo has pedido, elige otra contraseña y vuelve a activar
la verificación en dos pasos.
`},
}
