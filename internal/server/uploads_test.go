package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/auditentry"
	"streamex/ent/title"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/media"
	"streamex/internal/server"
)

// drawing is a picture of one colour, as PNG.
func drawing(t *testing.T, width, height int, c color.Color) string {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.String()
}

func code(t *testing.T, body []byte) string {
	errs := problems(t, body)
	require.Len(t, errs, 1, "%s", body)
	return errs[0].Extensions.Code
}

func TestUploadedPictures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		files, err := media.Open("folder:" + t.TempDir())
		require.NoError(t, err)
		defer files.Close()
		s, _ := newServer(t, db, func(c *server.Config) { c.Media = files })
		a := auth.New(db.Client, auth.Options{})
		admin, viewer := token(t, a, "admin@example.com", true), token(t, a, "viewer@example.com", false)
		row := db.Client.Title.Create().SetKind(title.KindMOVIE).SetSlug("the-kid").SetName("The Kid").SetSortKey("kid").SetSortKeyEs("kid").
			SetSource("imdb").SetExternalID("tt1").SaveX(t.Context())
		path := func(shape string, version int) string {
			return fmt.Sprintf("/artwork/%s/%s?version=%d", row.ID, shape, version)
		}
		red := drawing(t, 900, 900, color.NRGBA{0xd0, 0x20, 0x20, 0xff})

		for name, c := range map[string]struct {
			status  int
			code    string
			path    string
			body    string
			headers []string
		}{
			"nobody":        {http.StatusUnauthorized, "UNAUTHENTICATED", path("poster", 1), red, nil},
			"viewer":        {http.StatusForbidden, "FORBIDDEN", path("poster", 1), red, []string{"Authorization", "Bearer " + viewer}},
			"other site":    {http.StatusForbidden, "CSRF", path("poster", 1), red, []string{"Authorization", "Bearer " + admin, "Sec-Fetch-Site", "cross-site"}},
			"another shape": {http.StatusNotFound, "NOT_FOUND", path("logo", 1), red, []string{"Authorization", "Bearer " + admin}},
			"a person's id": {http.StatusNotFound, "NOT_FOUND", "/artwork/UDE/poster?version=1", red, []string{"Authorization", "Bearer " + admin}},
			"no such title": {http.StatusNotFound, "NOT_FOUND", "/artwork/VHpp/poster?version=1", red, []string{"Authorization", "Bearer " + admin}},
			"no version":    {http.StatusBadRequest, "BAD_USER_INPUT", "/artwork/" + row.ID.String() + "/poster", red, []string{"Authorization", "Bearer " + admin}},
			"stale version": {http.StatusConflict, "CONFLICT", path("poster", 7), red, []string{"Authorization", "Bearer " + admin}},
			"no picture":    {http.StatusUnprocessableEntity, "BAD_USER_INPUT", path("poster", 1), "<svg/>", []string{"Authorization", "Bearer " + admin, "Content-Type", "image/png"}},
			"nothing":       {http.StatusUnprocessableEntity, "BAD_USER_INPUT", path("poster", 1), "", []string{"Authorization", "Bearer " + admin}},
			"too small":     {http.StatusUnprocessableEntity, "BAD_USER_INPUT", path("backdrop", 1), drawing(t, 100, 100, color.Black), []string{"Authorization", "Bearer " + admin}},
			"too large":     {http.StatusRequestEntityTooLarge, "BAD_USER_INPUT", path("poster", 1), string(make([]byte, media.MaxPicture+1)), []string{"Authorization", "Bearer " + admin}},
		} {
			w := send(s, "PUT", c.path, c.body, c.headers...)
			require.Equal(t, c.status, w.Code, "%s: %s", name, w.Body)
			require.Equal(t, c.code, code(t, w.Body.Bytes()), name)
		}
		same := db.Client.Title.GetX(t.Context(), row.ID)
		require.Equal(t, []any{1, ""}, []any{same.Version, same.Poster})
		require.Zero(t, db.Client.AuditEntry.Query().CountX(t.Context()))

		upload := func(shape string, version int) (art map[string]string) {
			w := send(s, "PUT", path(shape, version), red, "Authorization", "Bearer "+admin)
			require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
			var answer struct {
				Title struct {
					ID      string
					Version int
				}
				Artwork map[string]string
			}
			require.NoError(t, json.Unmarshal(data(t, w.Body.Bytes()), &answer))
			require.Equal(t, row.ID.String(), answer.Title.ID)
			require.Equal(t, version+1, answer.Title.Version)
			return answer.Artwork
		}
		art := upload("poster", 1)
		require.Regexp(t, `^/art/upload/[0-9a-f]{32}/poster\.jpg$`, art["poster"])
		require.Regexp(t, `^/art/none/the-kid/card\.svg$`, art["card"])
		require.Equal(t, "#d02020", art["color"])
		art = upload("backdrop", 2)
		require.Regexp(t, `^/art/upload/[0-9a-f]{32}/card\.jpg$`, art["card"])

		for address, size := range map[string]image.Point{
			art["poster"]: {600, 900}, art["poster"] + "?w=400": {400, 600}, art["poster"] + "?w=1": {200, 300}, art["poster"] + "?w=x": {600, 900},
			art["card"]: {640, 360}, art["card"] + "?w=320": {320, 180}, art["backdrop"]: {900, 506},
		} {
			w := get(s, address)
			require.Equal(t, http.StatusOK, w.Code, address)
			require.Equal(t, "image/jpeg", w.Header().Get("Content-Type"))
			require.Contains(t, w.Header().Get("Cache-Control"), "immutable")
			m, err := jpeg.Decode(w.Body)
			require.NoError(t, err)
			require.Equal(t, size, m.Bounds().Size(), address)
			require.Equal(t, http.StatusNotModified, get(s, address, "If-None-Match", w.Header().Get("ETag")).Code)
		}
		for _, address := range []string{art["poster"] + "x", "/art/upload/00000000000000000000000000000000/poster.jpg", "/art/upload/../poster.jpg", art["poster"][:len(art["poster"])-10] + "logo.jpg"} {
			require.Equal(t, http.StatusNotFound, get(s, address).Code, address)
		}

		row = db.Client.Title.GetX(t.Context(), row.ID)
		require.Equal(t, []string{"poster", "backdrop"}, row.Edited, "an import leaves them alone")
		entries := db.Client.AuditEntry.Query().Order(auditentry.ByID()).AllX(t.Context())
		require.Len(t, entries, 2)
		require.Equal(t, row.ID.String(), entries[0].Node)
		require.JSONEq(t, `{"poster":""}`, string(entries[0].Before))
		require.JSONEq(t, fmt.Sprintf(`{"poster":%q}`, row.Poster), string(entries[0].After))
	})
}

// TestSlowUpload: an upload may take longer than other requests, while it keeps
// coming.
func TestSlowUpload(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	files, err := media.Open("folder:" + t.TempDir())
	require.NoError(t, err)
	defer files.Close()
	r := serveOn(t, db, ":0", func(c *server.Config) { c.Media = files })
	admin := token(t, auth.New(db.Client, auth.Options{}), "admin@example.com", true)
	row := db.Client.Title.Create().SetKind(title.KindMOVIE).SetSlug("a").SetName("A").SetSortKey("a").SetSortKeyEs("a").SaveX(t.Context())
	read, write := io.Pipe()
	body := drawing(t, 900, 900, color.White)
	go func() {
		for i := range 4 { // longer than the server reads from others: 15 seconds
			_, _ = io.WriteString(write, body[i*len(body)/4:(i+1)*len(body)/4])
			time.Sleep(5 * time.Second)
		}
		write.Close()
	}()
	request, err := http.NewRequestWithContext(t.Context(), "PUT", fmt.Sprintf("http://127.0.0.1%s/artwork/%s/poster?version=1", r.port(), row.ID), read)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+admin)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
}
