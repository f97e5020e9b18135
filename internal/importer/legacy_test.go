package importer_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/ent/credit"
	"streamex/ent/title"
	"streamex/ent/user"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/importer"
)

// legacyFile makes a database as one of the three services has it.
func legacyFile(t *testing.T, name, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.Exec(script)
	require.NoError(t, err)
	return path
}

const contentTables = `
CREATE TABLE Contenidos (id INTEGER PRIMARY KEY, titulo TEXT, duracion INTEGER, sinopsis TEXT, anio INTEGER, tipo TEXT);
CREATE TABLE Episodios (id INTEGER PRIMARY KEY, idTemporada INTEGER);
CREATE TABLE Series (id INTEGER PRIMARY KEY, titulo TEXT, sinopsis TEXT, anio INTEGER);
CREATE TABLE Temporadas (id INTEGER PRIMARY KEY, serie_id INTEGER, nombre TEXT, anio INTEGER);
CREATE TABLE Generos (id INTEGER PRIMARY KEY, nombre TEXT);
CREATE TABLE GenerosContenidos (idContenido INTEGER, idGenero INTEGER);
CREATE TABLE Personas (id INTEGER PRIMARY KEY, nombre TEXT, apellidos TEXT, edad INTEGER, foto TEXT);
CREATE TABLE Personajes (id INTEGER PRIMARY KEY, nombre TEXT, actor_id INTEGER);
CREATE TABLE PersonajesContenidos (personaje_id INTEGER, contenido_id INTEGER, rol TEXT);
`

const oldContent = contentTables + `
INSERT INTO Contenidos VALUES (1,'La película',100,'Sobre algo.',1999,'pelicula'), (22,'Perdida',90,'x',1980,'pelicula'),
 (2,'Piloto',45,'',2010,'episodio'), (3,'Segundo',45,'',2010,'episodio'), (4,'Vuelta',45,'',2011,'episodio'), (5,'Suelto',10,'',2011,'episodio'),
 (6,'Loki uno',40,'',2021,'episodio'), (7,'Loki dos',40,'',2021,'episodio');
INSERT INTO Series VALUES (1,'La serie','Larga.',2010), (2,'Otra','',2021);
INSERT INTO Temporadas VALUES (1,1,'Temporada 1',2010), (2,1,'Temporada 2',2011), (3,2,'La única',2021), (9,99,'Temporada 1',2000);
INSERT INTO Episodios VALUES (2,1),(3,1),(4,2),(6,3),(7,3);
INSERT INTO Generos VALUES (1,'Acción'), (2,'Comedia'), (3,'Ciencia ficción');
INSERT INTO GenerosContenidos VALUES (1,1),(1,3),(2,2),(3,3),(6,1);
INSERT INTO Personas VALUES (1,'Ana','Ruiz',40,'a.jpg'), (2,'Luis','Gil',50,NULL), (3,'Ana','Ruiz',41,''), (4,'Cher','',60,'');
INSERT INTO Personajes VALUES (1,'Marta',1), (2,'Pedro',2), (3,'Director',3), (4,'Hada',4), (5,'Nadie',77);
INSERT INTO PersonajesContenidos VALUES (3,1,'Director'), (2,1,'Secundario'), (1,1,'Principal'), (4,1,NULL), (5,1,'Principal'), (NULL,24,'Principal'),
 (1,2,'Principal'), (3,2,'Co-Director'), (1,6,'Principal'), (2,6,'Secundario'), (1,7,'Principal'), (2,99,'Principal');
`

// The live file lost a film and a series, and renamed the film.
const liveContent = contentTables + `
INSERT INTO Contenidos VALUES (1,'La película buena',101,'Sobre algo.',1999,'pelicula'), (2,'Piloto',45,'',2010,'episodio');
INSERT INTO Series VALUES (1,'La serie','Larga.',2010);
INSERT INTO Temporadas VALUES (1,1,'Temporada 1',2010);
INSERT INTO Episodios VALUES (2,1);
INSERT INTO Personas VALUES (2,'Luis','Gil Paz',50,NULL);
`

const usersTables = `
CREATE TABLE Usuario (id INTEGER PRIMARY KEY, correoElectronico TEXT, contrasena TEXT, nombreUsuario TEXT);
CREATE TABLE Pago (id INTEGER PRIMARY KEY, idUsuario INTEGER, numeroTarjeta TEXT, fechaCaducidad TEXT, cvc TEXT);
CREATE TABLE Perfiles (idPerfil INTEGER PRIMARY KEY, idUsuario INTEGER, nombrePerfil TEXT, fotoPerfil INTEGER);
INSERT INTO Usuario VALUES (0,'Admin@Example.com','1234','jefa'), (1,'uno@example.com','secreto','Uno'), (2,'no address','x','Dos'), (3,'UNO@example.com','y','Tres');
INSERT INTO Perfiles VALUES (10,1,'Casa',0), (11,1,'Niños',2), (12,0,'Jefa',1), (13,2,'Nadie',1);
INSERT INTO Pago VALUES (1,1,'4111222233334444','07/29','987'), (2,1,'12345678901','13/29','654'), (3,2,'5111222233334444','07/29','321');
`

const activityTables = `
CREATE TABLE Favorito (usuarioId INTEGER, contenidoId INTEGER, fechaAgregado TEXT, tipo TEXT);
CREATE TABLE Visualizacion (usuarioId INTEGER, contenidoId INTEGER, fechaVisualizacion TEXT, duracion INTEGER, tipo TEXT);
CREATE TABLE Tendencia (contenidoId INTEGER, popularidad INTEGER, tipo TEXT);
INSERT INTO Favorito VALUES (10,1,'2024-05-01 10:00:00','pelicula'), (10,1,'2024-05-02T10:00:00.123456','serie'), (11,4,'2024-05-03 10:00:00','episodio'),
 (10,2,'2024-05-03 10:00:00','None'), (11,2,'2024-05-04 10:00:00','serie'), (11,2,'2024-05-05 10:00:00','None'), (10,1,'2024-05-03 10:00:00','None'), (99,1,'2024-05-03 10:00:00','pelicula');
INSERT INTO Visualizacion VALUES (10,22,'2024-06-01 20:00:00',12,'pelicula'), (11,3,'2024-06-02T20:00:00.5',30,'episodio'), (11,1,'2024-06-02 20:00:00',30,'serie');
`

func plainHash(_ context.Context, password string) (string, error) {
	return "hash of " + strings.ToUpper(password), nil
}

func TestLegacy(t *testing.T) {
	source := importer.Legacy{
		Content: []string{legacyFile(t, "databaseOG.db", oldContent), legacyFile(t, "database.db", liveContent)},
		Users:   legacyFile(t, "Usuarios.sqlite3", usersTables), Activity: legacyFile(t, "recomendaciones.db", activityTables), Hash: plainHash,
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx, c := t.Context(), db.Client
		dry, err := importer.ImportLegacy(ctx, db, source, importer.Options{DryRun: true})
		require.NoError(t, err)
		require.Zero(t, c.Title.Query().CountX(ctx)+c.User.Query().CountX(ctx))
		s, err := importer.ImportLegacy(ctx, db, source, importer.Options{Now: now})
		require.NoError(t, err)
		require.Equal(t, dry.Inserted, s.Inserted)
		require.Equal(t, map[string]int64{
			"accounts: not an e-mail address": 1, "accounts: of an address that another one has": 1,
			"cards: of no account that was imported": 1, "cards: that cannot be read": 1,
			"credits: of no character or no person": 1, "credits: of no character or no title": 2,
			"episodes: of no series": 1, "list: of no profile that was imported": 1, "list: of no title, or of one that nobody can tell": 1, "list: twice": 1,
			"people: of a name that another one has (kept as two)": 1, "profiles: of no account that was imported": 1,
			"seasons: of no series": 1, "views: of nothing that plays": 1,
		}, s.Skipped)

		// Ids collide across kinds; the later file has the last word.
		film := c.Title.Query().Where(title.ExternalID("pelicula:1")).WithMovie().WithGenres().OnlyX(ctx)
		require.Equal(t, "La película buena", film.Name)
		require.Equal(t, 101*60, *film.Edges.Movie.RuntimeSeconds)
		require.Len(t, film.Edges.Genres, 2)
		serie := c.Title.Query().Where(title.ExternalID("serie:1")).WithGenres().OnlyX(ctx)
		require.Equal(t, title.KindSERIES, serie.Kind)
		require.Len(t, serie.Edges.Genres, 2, "of all its episodes")

		text := export(t, db)
		require.Contains(t, text, `"slug":"action"`)
		require.Contains(t, text, `"name":"Luis Gil Paz"`)
		require.Contains(t, text, `"name":"Cher"`)
		roles := func(id string) (list []string) {
			for _, r := range c.Credit.Query().Where(credit.HasTitleWith(title.ExternalID(id)), credit.EpisodeIDIsNil()).Order(credit.ByBilling()).WithCharacter().AllX(ctx) {
				name := ""
				if r.Edges.Character != nil {
					name = " " + r.Edges.Character.Name
				}
				list = append(list, string(r.Role)+name)
			}
			return list
		}
		require.Equal(t, []string{"LEAD Marta", "SUPPORTING Pedro", "SUPPORTING Hada", "DIRECTOR"}, roles("pelicula:1"))
		require.Equal(t, []string{"LEAD Marta", "CO_DIRECTOR"}, roles("serie:1"), "the cast of the first episode is the series'")
		require.Equal(t, []string{"LEAD Marta"}, roles("serie:2"), "who is in all episodes that have a cast")
		require.Equal(t, 3, c.Credit.Query().Where(credit.EpisodeIDNotNil()).CountX(ctx))
		require.Equal(t, 5, c.Episode.Query().CountX(ctx))

		admin := c.User.Query().Where(user.Email("admin@example.com")).OnlyX(ctx)
		require.Equal(t, user.RoleADMIN, admin.Role)
		one := c.User.Query().Where(user.Email("uno@example.com")).OnlyX(ctx)
		require.Equal(t, user.RoleVIEWER, one.Role)
		require.Equal(t, "hash of SECRETO", one.PasswordHash)
		require.True(t, one.PasswordExpired)
		card := c.PaymentMethod.Query().OnlyX(ctx)
		require.Equal(t, "VISA 4444 7/2029", fmt.Sprintf("%s %s %d/%d", card.Brand, card.LastFour, card.ExpiryMonth, card.ExpiryYear))
		require.True(t, card.NeedsReentry)
		require.Equal(t, 5, c.ListItem.Query().CountX(ctx))
		require.Equal(t, 2, c.View.Query().CountX(ctx))
		dbtest.EachValue(t, db, func(table, column string, value any) {
			for _, secret := range []string{"411122223333", "987", "secreto"} {
				if text, ok := value.(string); ok && table != "titles" {
					require.NotContains(t, text, secret, "%s.%s", table, column)
				}
			}
		})

		before := hash(t, db)
		s, err = importer.ImportLegacy(ctx, db, source, importer.Options{})
		require.NoError(t, err)
		require.Empty(t, s.Inserted)
		require.Empty(t, s.Changed)
		require.Equal(t, before, hash(t, db))
	})
}

// TestLegacyRefuses names the file that is wrong and writes nothing.
func TestLegacyRefuses(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	good := legacyFile(t, "good.db", oldContent)
	text := filepath.Join(t.TempDir(), "notes.txt")
	require.NoError(t, os.WriteFile(text, []byte(strings.Repeat("no database, ", 100)), 0o600))
	for _, c := range []struct {
		source importer.Legacy
		want   string
	}{
		{importer.Legacy{Content: []string{good, "/nowhere/x.db"}}, "x.db"},
		{importer.Legacy{Content: []string{text}}, "notes.txt: not a database of the service"},
		{importer.Legacy{Content: []string{good}, Users: good}, "good.db: not a database of the service"},
		{importer.Legacy{Content: []string{good}, Activity: good}, "needs the database of users"},
	} {
		_, err := importer.ImportLegacy(t.Context(), db, c.source, importer.Options{})
		require.ErrorContains(t, err, c.want)
	}
	require.Zero(t, db.Client.Title.Query().CountX(t.Context()))
}
