// Package importer brings catalogues in: IMDb's files, our own format, and the
// databases of the services that StreamEx replaces. It also writes our own format.
package importer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"streamex/ent"
	"streamex/ent/paymentmethod"
	"streamex/ent/paymentreference"
	"streamex/ent/profile"
	"streamex/ent/schema/globalid"
	"streamex/ent/user"
	"streamex/ent/video"
	"streamex/internal/database"
)

func (l *legacy) readUsers(ctx context.Context) error {
	db, err := database.OpenForeign(l.Users)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, q := range []struct {
		text  string
		visit func(v []value)
	}{
		{"SELECT id, correoElectronico, contrasena, nombreUsuario FROM Usuario ORDER BY id", func(v []value) {
			l.users = append(l.users, user4{v[0].orZero(), strings.ToLower(v[1].text()), v[2].text(), v[3].text()})
		}},
		{"SELECT idPerfil, idUsuario, nombrePerfil, fotoPerfil FROM Perfiles ORDER BY idPerfil", func(v []value) {
			l.profiles = append(l.profiles, profile4{v[0].orZero(), v[1].orZero(), v[3].orZero(), v[2].text()})
		}},
		// Neither the number of a card nor its code is read: only what may be shown.
		{`SELECT id, idUsuario, substr(trim(numeroTarjeta), 1, 4), substr(trim(numeroTarjeta), -4), fechaCaducidad, length(trim(numeroTarjeta)) FROM Pago ORDER BY id`, func(v []value) {
			l.cards = append(l.cards, card4{v[0].orZero(), v[1].orZero(), v[2].text(), v[3].text(), v[4].text(), int(v[5].orZero())})
		}},
	} {
		if err := rows(ctx, db, q.text, q.visit); err != nil {
			return err
		}
	}
	return nil
}

func (l *legacy) readActivity(ctx context.Context) error {
	db, err := database.OpenForeign(l.Activity)
	if err != nil {
		return err
	}
	defer db.Close()
	read := func(to *[]activity4) func(v []value) {
		return func(v []value) {
			*to = append(*to, activity4{v[0].orZero(), v[1].orZero(), instant(v[2].text()), v[3].text()})
		}
	}
	if err := rows(ctx, db, "SELECT usuarioId, contenidoId, fechaAgregado, tipo FROM Favorito ORDER BY rowid", read(&l.listed)); err != nil {
		return err
	}
	return rows(ctx, db, "SELECT usuarioId, contenidoId, fechaVisualizacion, tipo FROM Visualizacion ORDER BY rowid", read(&l.watched))
}

// instant reads both forms that the seed writes, without a zone: UTC. The zero
// time is none.
func instant(text string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05.999999", "2006-01-02T15:04:05.999999", time.RFC3339Nano} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC().Truncate(time.Microsecond)
		}
	}
	return time.Time{}
}

// accounts imports the accounts that are not here, with all that is theirs.
func (l *legacy) accounts(ctx context.Context) error {
	hashes := map[int64]string{}
	var news []user4
	seen := map[string]bool{}
	for _, u := range l.users {
		name, host, ok := strings.Cut(u.email, "@")
		if !ok || name == "" || host == "" || len(u.email) > 254 || strings.ContainsAny(u.email, " \t\r\n") {
			l.skip("accounts: not an e-mail address")
			continue
		}
		if seen[u.email] {
			l.skip("accounts: of an address that another one has")
			continue
		}
		seen[u.email] = true
		c := l.db.Client
		if l.tx != nil {
			c = l.tx.Client()
		}
		here, err := c.User.Query().Where(user.Email(u.email)).Exist(ctx)
		if err != nil {
			return err
		}
		if here {
			l.skip("accounts: here already (left alone, with all that is theirs)")
			continue
		}
		hashes[u.id] = "!" // matches nothing
		if u.password != "" {
			if hashes[u.id], err = l.Hash(ctx, u.password); err != nil {
				return err
			}
		}
		news = append(news, u)
	}
	if len(news) == 0 {
		return nil
	}
	return l.run.write(ctx, "", 0, func(ctx context.Context, b *batch) error {
		profiles, err := l.putAccounts(ctx, b, news, hashes)
		if err != nil {
			return err
		}
		if err := l.putList(ctx, b, profiles); err != nil {
			return err
		}
		return l.putViews(ctx, b, profiles)
	})
}

// avatars by the seed's number of a picture; those without one are green.
var avatars = []profile.Avatar{profile.AvatarGreen, profile.AvatarViolet, profile.AvatarOrange, profile.AvatarBlue, profile.AvatarPink, profile.AvatarTeal}

// putAccounts writes accounts, profiles and cards, and returns our profile for
// each of the seed's.
func (l *legacy) putAccounts(ctx context.Context, b *batch, news []user4, hashes map[int64]string) (map[int64]globalid.Profile, error) {
	profiles := map[int64]globalid.Profile{}
	accounts := map[int64]*ent.User{}
	for _, u := range news {
		half, _, _ := strings.Cut(u.email, "@")
		create := b.c.User.Create().SetEmail(u.email).SetName(short(cmp.Or(u.name, half))).SetPasswordHash(hashes[u.id]).SetPasswordExpired(true)
		if u.id == 0 { // is the administrator
			create.SetRole(user.RoleADMIN)
		}
		account, err := create.Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("writing an account: %w", err)
		}
		accounts[u.id] = account
		b.count("users", inserted, 1)
		if !slices.ContainsFunc(l.profiles, func(p profile4) bool { return p.user == u.id && p.name != "" }) {
			if err := b.c.Profile.Create().SetUser(account).SetName(account.Name).SetLanguage(profile.LanguageEs).Exec(ctx); err != nil {
				return nil, err
			}
			b.count("profiles", inserted, 1)
		}
	}
	for _, p := range l.profiles {
		account := accounts[p.user]
		switch {
		case account == nil:
			l.skip("profiles: of no account that was imported")
			continue
		case p.name == "":
			l.skip("profiles: without a name")
			continue
		}
		row, err := b.c.Profile.Create().SetUser(account).SetName(short(p.name)).SetLanguage(profile.LanguageEs).
			SetAvatar(avatars[max(0, p.picture)%int64(len(avatars))]).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("writing a profile: %w", err)
		}
		profiles[p.id] = row.ID
		b.count("profiles", inserted, 1)
	}
	paying := map[int64]bool{}
	for _, c := range l.cards {
		account := accounts[c.user]
		if account == nil {
			l.skip("cards: of no account that was imported")
			continue
		}
		month, year, ok := expiry(c.expiry)
		if !ok || len(c.last) != 4 || strings.Trim(c.last, "0123456789") != "" || c.digits < 8 {
			l.skip("cards: that cannot be read")
			continue
		}
		reference, err := b.c.PaymentReference.Create().SetProvider(paymentreference.ProviderNONE).SetValue("seed:" + strconv.FormatInt(c.id, 10) + ":" + account.ID.String()).SetUserID(account.ID).Save(ctx)
		if err == nil {
			err = b.c.PaymentMethod.Create().SetUserID(account.ID).SetReferenceID(reference.ID).SetBrand(brand(c.prefix)).SetLastFour(c.last).
				SetExpiryMonth(month).SetExpiryYear(year).SetHolder(account.Name).SetIsDefault(!paying[c.user]).SetNeedsReentry(true).Exec(ctx)
		}
		if err != nil {
			return nil, fmt.Errorf("writing a card: %w", err)
		}
		paying[c.user] = true
		b.count("payment_methods", inserted, 1)
	}
	return profiles, nil
}

// short is a name of at most 60 characters.
func short(name string) string {
	if utf8.RuneCountInString(name) <= 60 {
		return name
	}
	return strings.TrimSpace(string([]rune(name)[:60]))
}

// expiry reads MM/YY.
func expiry(text string) (month, year int, ok bool) {
	m, y, _ := strings.Cut(text, "/")
	month, bad := strconv.Atoi(strings.TrimSpace(m))
	year, worse := strconv.Atoi(strings.TrimSpace(y))
	if year < 100 {
		year += 2000
	}
	return month, year, bad == nil && worse == nil && month >= 1 && month <= 12 && year >= 2000 && year < 2100
}

// brand is whose mark a card bears whose number begins so.
func brand(prefix string) paymentmethod.Brand {
	switch {
	case strings.HasPrefix(prefix, "4"):
		return paymentmethod.BrandVISA
	case prefix >= "51" && prefix < "56", prefix >= "2221" && prefix <= "2720":
		return paymentmethod.BrandMASTERCARD
	case strings.HasPrefix(prefix, "34"), strings.HasPrefix(prefix, "37"):
		return paymentmethod.BrandAMEX
	case strings.HasPrefix(prefix, "6011"), strings.HasPrefix(prefix, "65"):
		return paymentmethod.BrandDISCOVER
	}
	return paymentmethod.BrandOTHER
}

// listedTitle is what a favourite means. Its kind is missing at times.
func (l *legacy) listedTitle(a activity4) *row {
	movie, series := l.movieRows[a.content], l.seriesRows[a.content]
	switch a.kind {
	case "pelicula":
		return movie
	case "serie":
		return series
	case "episodio":
		return l.seriesRows[l.seriesOf[a.content]]
	}
	if movie != nil && series != nil {
		return nil // nobody can tell
	}
	return cmp.Or(movie, series)
}

func (l *legacy) putList(ctx context.Context, b *batch, profiles map[int64]globalid.Profile) error {
	type item struct {
		profile globalid.Profile
		title   int64
	}
	seen := map[item]bool{}
	for _, a := range l.listed {
		of, ok := profiles[a.profile]
		title := l.listedTitle(a)
		switch {
		case !ok:
			l.skip("list: of no profile that was imported")
			continue
		case title == nil:
			l.skip("list: of no title, or of one that nobody can tell")
			continue
		case seen[item{of, title.id}]:
			l.skip("list: twice")
			continue
		}
		seen[item{of, title.id}] = true
		create := b.c.ListItem.Create().SetProfileID(of).SetTitleID(globalid.Title(title.id)).SetAddedAt(l.now)
		if !a.at.IsZero() {
			create.SetAddedAt(a.at)
		}
		if err := create.Exec(ctx); err != nil {
			return fmt.Errorf("writing a list: %w", err)
		}
		b.count("list_items", inserted, 1)
	}
	return nil
}

// putViews writes what was begun: the seed's length of a view is invented.
func (l *legacy) putViews(ctx context.Context, b *batch, profiles map[int64]globalid.Profile) error {
	type key struct {
		profile globalid.Profile
		video   globalid.Video
	}
	seen := map[key]bool{}
	for _, a := range l.watched {
		of, ok := profiles[a.profile]
		if !ok {
			l.skip("views: of no profile that was imported")
			continue
		}
		query := b.c.Video.Query()
		if movie, episode := l.movieRows[a.content], l.episodeRows[a.content]; a.kind != "serie" && movie != nil {
			query.Where(video.TitleID(globalid.Title(movie.id)))
		} else if a.kind != "serie" && episode != nil {
			query.Where(video.EpisodeID(globalid.Episode(episode.id)))
		} else {
			l.skip("views: of nothing that plays")
			continue
		}
		v, err := query.Only(ctx)
		if err != nil {
			return err
		}
		if seen[key{of, v.ID}] {
			l.skip("views: twice")
			continue
		}
		seen[key{of, v.ID}] = true
		at := a.at
		if at.IsZero() {
			at = l.now
		}
		if err := b.c.View.Create().SetProfileID(of).SetVideoID(v.ID).SetTitleID(v.TitleID).SetStartedAt(at).SetViewedAt(at).Exec(ctx); err != nil {
			return fmt.Errorf("writing a view: %w", err)
		}
		b.count("views", inserted, 1)
	}
	return nil
}
