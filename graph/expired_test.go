package graph_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExpiredPassword: who signs in with one may do nothing but change it.
func TestExpiredPassword(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		h.db.Client.User.Update().SetPasswordExpired(true).ExecX(t.Context())
		h.signIn("Root", "fresh")
		for _, session := range []string{"Root", "fresh"} { // also one from before
			h.expect(session, `{ titles(first: 1) { nodes { name } } }`, "!PASSWORD_EXPIRED")
			h.expect(session, `{ users(first: 1) { nodes { name } } }`, "!PASSWORD_EXPIRED")
			h.expect(session, `mutation { createProfile(input: {name: "X"}) { profile { name } } }`, "!PASSWORD_EXPIRED")
		}
		h.refused("fresh", `mutation { changePassword(input: {currentPassword: "`+secret+`", newPassword: "`+secret+`"}) { viewer { user { name } } token`+bad+` } }`, "BAD_USER_INPUT input.newPassword")
		got := h.ask("fresh", `mutation { changePassword(input: {currentPassword: "`+secret+`", newPassword: "quite another secret"}) { token } }`)
		var token string
		require.NoError(t, json.Unmarshal([]byte(path(got, "token")), &token), got)
		h.tokens["renewed"] = token
		h.expect("renewed", `{ users(first: 1, text: "bob") { nodes { name } } }`, `{"nodes": [{"name": "Bob"}]}`)
		h.expect("Bob", `mutation { signOut { signedOut } }`, `{"signedOut": true}`)
	})
}
